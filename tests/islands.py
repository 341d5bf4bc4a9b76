"""Three paragraphs that the tests of reading pages share."""

from __future__ import annotations

FERRY = (
    "The ferry to the outer islands sails twice a day in winter and six times in summer. It carries forty cars, and who "
    "has no ticket waits at the northern pier until the last lorry is aboard."
)
BREAD = (
    "Bread comes with the first boat. The baker of Lind loads it at five in the morning, and by seven it lies in the three "
    "shops of the islands, still warm where the sea was calm."
)
MAIL = (
    "Mail comes with the second boat. The post office on the largest island was shut nine years ago, so that letters are "
    "sorted in the shop beside it, between the potatoes and the newspapers."
)
