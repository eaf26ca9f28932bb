"""A window that plays Outlook on the web, in which Microsoft's own office.js runs the shipped pane.

It holds no state: mail comes from the simulator's Graph as the chosen person, the pane and its API from the service,
and what the add-in offers from its manifest. What real Outlooks do differently are switches, static/js/oddities.js.
"""

from tests.simulator.outlook.app import create_outlook

__all__ = ["create_outlook"]
