from wagtail.fields import RichTextField
from wagtail.models import Page


class PlainPage(Page):
    """A page as a Wagtail tutorial makes it."""

    text = RichTextField(blank=True)
