package main

import (
	"slices"
	"testing"

	"turnover/store/storetest"
)

// notServed are the functions of gazu about tasks, people, productions, assets and
// entities that have no answer here; docs/api.md says so.
var notServed = slices.Concat(
	// Concepts, edits, budgets and chats.
	[]string{"task.all_task_types_for_concept", "task.all_tasks_for_concept", "task.create_concept_tasks", "task.all_tasks_for_edit", "task.create_edit_tasks"},
	[]string{"project.create_budget", "project.get_budget", "project.get_budgets", "project.update_budget", "project.remove_budget", "project.create_budget_entry",
		"project.get_budget_entry", "project.get_budget_entries", "project.update_budget_entry", "project.remove_budget_entry"},
	[]string{"user.all_chats", "user.join_chat", "user.leave_chat"},
	// Automations and backgrounds, of which there are none.
	[]string{"project.add_status_automation", "project.remove_status_automation", "project.add_preview_background_file", "project.remove_preview_background_file"},
	// Days off, presence, avatars, invitations, second factors, log-ins at desktops.
	[]string{"person.get_day_off", "person.get_day_offs", "person.get_week_day_offs", "person.get_month_day_offs", "person.get_year_day_offs", "person.new_day_off",
		"person.update_day_off", "person.remove_day_off", "user.get_day_off", "person.get_presence_log", "person.set_avatar", "person.clear_person_avatar",
		"user.clear_avatar", "person.invite_person", "person.disable_two_factor_authentication", "user.all_desktop_login_logs", "user.log_desktop_session_log_in"},
	// Saved searches and notifications, of which there are none.
	[]string{"user.new_filter", "user.update_filter", "user.remove_filter", "user.get_filter_group", "user.new_filter_group", "user.update_filter_group",
		"user.remove_filter_group", "user.get_notification", "user.update_notification"},
	// Instances of assets in assets, and file trees.
	[]string{"asset.all_asset_instances_for_asset", "asset.new_asset_asset_instance", "entity.guess_from_path"},
)

// TestGazuFunctionsSQLite calls every function of gazu about tasks, people,
// productions, assets and entities that is served.
func TestGazuFunctionsSQLite(t *testing.T) { gazuCalls(t, "", "functions", 250, notServed) }

// TestGazuFunctionsPostgres does so on PostgreSQL.
func TestGazuFunctionsPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("a server is started: not in short mode")
	}
	gazuCalls(t, storetest.PostgresURL(t), "functions", 250, notServed)
}
