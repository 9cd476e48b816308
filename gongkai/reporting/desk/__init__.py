"""Staff pages of the annual reports, in the Wagtail shell under /office/.

Every view asks for a Django permission (``staff``) and shows only reports of the person's own
bodies (``access``); what a person may do there is asked again by the actions.
"""
