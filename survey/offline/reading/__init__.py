"""Read files of answers as people and programs write them."""
