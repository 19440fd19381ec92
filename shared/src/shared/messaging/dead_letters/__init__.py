"""Dead letters for people: list, show, replay and drop those of one service, with a journal (design §4, *failures*)."""
