"""The shelf of routes: a file a noun. This page is the contract of its files.

A file binds ``router`` to an ``APIRouter``; its paths stand below ``/api/v1``. Where an address is
fixed by others (``/.well-known/...``, ``/health/live``) it binds ``root`` as well, whose paths
stand at the root. Every route declares who may call it, by ``dependencies=[needs("market:read")]``
or ``[open_to_all()]`` of ``lastro.api.guard``, and its name is its operation id: no two are alike.

What follows from tables alone is answered with ``await reply.json(tables, make)`` (``ReplyDep``) or
``await reply.rows(tables, make)`` (``RowsDep``) of ``lastro.api.answering``, which give bytes, an
ETag that follows from table versions, and how old and from where the figures are; its
``response_model`` is ``Answer[...]``. What differs from person to person, or changes without a
table changing, is returned as a model. Errors are raised as ``LastroError``.
"""
