"""A layout proposed from a few pages of one template: where the general extractor found the parts, told in selectors.

places finds the elements, selectors tells one in CSS, propose chooses, compare reads the pages with it.
"""
