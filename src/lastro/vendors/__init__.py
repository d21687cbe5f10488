"""How to talk to the institutions that several sources use; returns bytes and text frames."""
