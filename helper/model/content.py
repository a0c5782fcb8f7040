"""All that a guide is made of."""

from collections.abc import Mapping

from helper.model.contacts import Contact, OldPlaces, Place, Source
from helper.model.fields import Id, Model
from helper.model.tree import Topic, Tree


class Content(Model):
    """All that a site is made from."""

    trees: Mapping[Id, Tree]
    contacts: Mapping[Id, Contact]
    sources: Mapping[Id, Source]
    topics: Mapping[Id, Topic] = {}
    places: Mapping[Id, Place] = {}
    old_places: OldPlaces = OldPlaces()
