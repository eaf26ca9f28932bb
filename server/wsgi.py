"""gunicorn server.wsgi:app"""

from server import create_app, logs
from server.http import Session
from server.settings import load

settings = load()
logs.configure(settings.log_level)
app = create_app(settings, Session(), is_served=True)
