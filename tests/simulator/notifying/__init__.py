"""Change notifications on their way out: https://learn.microsoft.com/graph/change-notifications-delivery-webhooks"""
