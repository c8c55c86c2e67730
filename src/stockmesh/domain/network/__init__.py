"""The world as read-only facts: items, locations, calendars, channels, geography."""
