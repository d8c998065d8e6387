"""Addresses of accounts."""

from django.urls import path

from openkp.portal.accounts import people, tokens, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("desk/", views.desk, name="desk"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("second-factor/set-up/", views.enrol, name="enrol"),
    path("account/", views.account, name="account"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:token_id>/withdraw/", tokens.withdraw, name="withdraw-token"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="add-person"),
    path("people/<slug:username>/", people.person, name="person"),
    path("people/<slug:username>/roles/<int:membership_id>/withdraw/", people.withdraw, name="withdraw-role"),
    path("people/<slug:username>/close/", people.close_account, name="close-account"),
]
