"""When things happen: jobs on their shelf, a pure planner, a history, a runner and a loop.

``jobs/`` says what runs at which hour, ``days`` on which days, ``planner`` what is due given what
was done, ``history`` keeps what was done, ``runner`` runs one job as a child process, ``loop``
waits for the next one, and ``service`` puts them together over a platform for the doors.

Every job is one command line of ``lastro``. The scheduler adds nothing to what it does: cron,
systemd, Airflow or Dagster may call the same verbs in its place.
"""
