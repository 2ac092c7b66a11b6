package layout

// rooms lists what the packages of a room may import beside the standard
// library and their own parents: rooms, by folder. A room's sub-packages may
// import what it may, and the room itself, but no sibling.
var rooms = map[string][]string{
	"internal/timecode": {},
	"internal/diag":     {},
	"internal/table":    {"internal/timecode"},
	"internal/runs":     {},
	"internal/accounts": {},
	"internal/layout":   {},
	"hierarchy":         {"internal/timecode"},
	"importers":         {"internal/diag", "internal/timecode"}, // not hierarchy: only plan says "shot"
	"plan":              {"importers", "hierarchy", "internal/diag", "internal/timecode"},
	"store":             {"hierarchy", "internal/timecode"},
	"reports":           {"hierarchy", "internal/table", "internal/timecode", "internal/runs"},
	"exporters":         {"internal/table", "internal/diag", "internal/runs"},
	"archive":           {"hierarchy", "internal/diag", "internal/runs"},
	"schedule":          {}, // its own small interfaces
	"pipeline": {"importers", "plan", "hierarchy", "store", "reports", "exporters", "archive", "schedule",
		"internal/diag", "internal/table", "internal/timecode", "internal/runs"}, // the parents, never a format or a backend
	"api":      {"pipeline", "plan", "reports", "hierarchy", "internal/table", "internal/diag", "internal/accounts"},
	"testdata": {"hierarchy"}, // the program that makes the example
}

// everywhere may import all packages of the module: it is where they are wired.
const everywhere = "cmd"

// exceptions are imports beyond the rule, each with its reason.
var exceptions = map[[2]string]string{
	{"exporters/receipt", "plan"}:                               "a receipt tells what a plan does",
	{"exporters/receipt", "hierarchy"}:                          "a plan's ids and values are of its types",
	{"exporters/dataset", "hierarchy"}:                          "the dataset's tables are made of the production's facts",
	{"store/sqlcore", "store/schema"}:                           "SQL is made of the tables' description",
	{"store/sqlite", "store/schema"}:                            "as sqlcore",
	{"store/sqlite", "store/sqlcore"}:                           "both databases share their SQL",
	{"store/postgres", "store/schema"}:                          "as sqlcore",
	{"store/postgres", "store/sqlcore"}:                         "both databases share their SQL",
	{"testdata/demo/generate", "testdata/demo/generate/studio"}: "the command writes what the package makes",
}

// An owner is the only one that may import a module: a room with all its
// packages ("store"), or one package ("=exporters/excel").
var owners = map[string][]string{
	"github.com/xuri/excelize":        {"=importers/excel", "=exporters/excel", "=exporters/receipt"},
	"github.com/apache/arrow-go":      {"=exporters/parquet"},
	"github.com/jackc/pgx":            {"=store/postgres", "=schedule/jobs"},
	"github.com/riverqueue/river":     {"=schedule/jobs"},
	"modernc.org/sqlite":              {"=store/sqlite", "=schedule/jobs"},
	"github.com/pressly/goose":        {"store"},
	"github.com/rs/zerolog":           {"cmd", "pipeline", "schedule", "api"},
	"github.com/robfig/cron":          {"schedule", "cmd"},
	"github.com/fsnotify/fsnotify":    {"=schedule/watch"},
	"github.com/spf13/cobra":          {"cmd"},
	"github.com/spf13/pflag":          {"cmd"},
	"github.com/cheggaaa/pb":          {"cmd"},
	"github.com/mattn/go-isatty":      {"cmd"},
	"github.com/mattn/go-runewidth":   {"exporters"}, // columns on a terminal and in a sheet
	"github.com/goccy/go-yaml":        {"cmd"},
	"github.com/prometheus":           {"cmd"},
	"golang.org/x/crypto":             {"internal/accounts"},
	"golang.org/x/net":                {"=exporters/deliver"}, // domains in ASCII
	"github.com/klauspost/compress":   {"=exporters"},         // workbooks' zip
	"github.com/wneessen/go-mail":     {"=exporters/deliver"},
	"github.com/danielgtaylor/huma":   {"api"},
	"github.com/golang-jwt/jwt":       {"internal/accounts"},
	"github.com/google/go-cmp":        {"=store/storetest", "=importers/importertest"}, // suites
	"golang.org/x/sync":               {"pipeline", "schedule", "cmd"},
	"golang.org/x/text":               {"*"},
	"github.com/google/uuid":          {"*"},
	"github.com/agnivade/levenshtein": {"*"},
	"github.com/maruel/natural":       {"*"},
	"github.com/wlynxg/chardet":       {"*"},
}

// leaves import the standard library and each other at most.
var leaves = map[string]bool{"internal/timecode": true, "internal/diag": true, "internal/table": true, "internal/runs": true}

// vague names say nothing of what is inside.
var vague = map[string]bool{"util": true, "utils": true, "helper": true, "helpers": true, "common": true, "misc": true,
	"manager": true, "shared": true, "base": true, "lib": true}

// folders are the module's top level beside the rooms.
var folders = map[string]bool{"cmd": true, "docs": true, "internal": true}
