"""How large a file may be, and what its check may cost. Figures of decision 0025."""

FILE_LIMIT = 5 * 1024 * 1024
"""Bytes. 5 Mo as Windows counts them, so that a file shown as « 4,9 Mo » anywhere passes."""
FILE_COUNT = 3
"""Files of one field."""
PAGE_LIMIT = 50
"""Pages of a PDF."""
PIXEL_LIMIT = 50_000_000
"""Width by height: the largest sensors of phones take 48 to 50 megapixels."""
EXPANDED_LIMIT = 300_000_000
"""Bytes that all streams of a PDF may unfold to: a page scanned in colour at 600 dpi is 105 MB."""
OBJECT_LIMIT = 100_000
"""Objects of a PDF."""

MEMORY_LIMIT = 640 * 1024 * 1024
"""Bytes of address space of a check: a decoded picture of PIXEL_LIMIT pixels (200 MB), the libraries, the file."""
PROCESSOR_SECONDS = 6
CHECK_SECONDS = 8.0
"""For one file, by the clock."""
FORM_SECONDS = 12.0
"""For all files of a form, the wait for a free place included. A page has its transaction open meanwhile, and the database
ends one that does nothing for 15 s; the gateway waits 30 s for an answer."""
CHECKS_AT_ONCE = 2
"""Checks at once in one replica: what bounds their memory."""
