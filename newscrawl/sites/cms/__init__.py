"""Content management systems that many portals run: the shapes of their addresses, and templates they bring along."""
