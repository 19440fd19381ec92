"""HTML pages, forms and the HTTP manners that every service shares."""
