"""A Facebook page and the part of the Graph API around it, imitated."""
