"""The HTTP door: one FastAPI application over one Platform, and the web app on the same origin.

No logic lives here: a route asks ``answers`` or the platform, and the machine around it (who may
ask, from which table versions the answer follows, in which format it goes out) is written once.
"""
