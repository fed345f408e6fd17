"""The addresses of the base."""

from django.urls import URLPattern, URLResolver, path

from community.views import communities, members, membership, people, site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", site.show_home, name="home"),
    path("waiting/", site.show_waiting, name="waiting"),
    path("language/", site.set_language, name="set_language"),
    path("healthz", site.show_health, name="health"),
    path("metrics", site.show_metrics, name="metrics"),
    path("robots.txt", site.show_robots, name="robots"),
    path(".well-known/security.txt", site.show_security_contact, name="security_contact"),
    path("themes/<slug:slug>/", communities.show_theme, name="theme"),
    path("communities/", communities.show_communities, name="communities"),
    path("communities/new/", communities.new_community, name="community_new"),
    path("communities/<slug:slug>/", communities.show_community, name="community"),
    path("communities/<slug:slug>/edit/", communities.change_community, name="community_edit"),
    path("communities/<slug:slug>/membership/", membership.show_membership, name="membership"),
    path("communities/<slug:slug>/membership/end/", membership.end_membership, name="membership_end"),
    path("communities/<slug:slug>/requests/", membership.show_requests, name="join_requests"),
    path("communities/<slug:slug>/requests/withdrawal/", membership.withdraw_request, name="request_withdrawal"),
    path("communities/<slug:slug>/members/", members.show_members, name="members"),
    path("communities/<slug:slug>/bans/", members.show_bans, name="bans"),
    path("communities/<slug:slug>/people/<int:pk>/ban/", members.ban_person, name="ban_new"),
    path("requests/<int:pk>/admission/", membership.admit, name="admission"),
    path("requests/<int:pk>/rejection/", membership.reject, name="rejection"),
    path("members/<int:pk>/role/", members.change_role, name="member_role"),
    path("members/<int:pk>/removal/", members.remove_member, name="member_removal"),
    path("bans/<int:pk>/lifting/", members.lift_ban, name="ban_lifting"),
    path("people/", people.show_people, name="people"),
    path("people/me/", people.edit_profile, name="profile_edit"),
    path("people/approvals/", people.show_approvals, name="approvals"),
    path("people/<int:pk>/", people.show_person, name="person"),
    path("people/<int:pk>/approval/", people.approve_person, name="approval"),
    path("people/<int:pk>/refusal/", people.refuse_person, name="refusal"),
    path("people/<int:pk>/activity/", people.change_activity, name="person_activity"),
]
