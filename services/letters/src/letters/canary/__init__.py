"""The canary letter: one a working day to the staff's own address, so that the delay of the post is measured."""
