//! What stands below the help of each command: how it is typed, and what its end means.

pub(super) const ALL: &str = "\
Examples:
  dtx connect acme--uat --alias uat   # connects an org, step by step
  dtx list                            # all connections, and how they are
  dtx token uat                       # an access token for a program
  dtx run uat -- ./load.sh            # a program with it in its environment

Exit codes:
  0    done
  1    unexpected, or the result could not be written
  2    a bad address, a missing value, an unknown name
  3    a person is needed: sign in, or decide
  4    for now: network, Salesforce, ports taken, a key not active yet
  5    the vault is locked or missing
  6    a check failed: secret wrong, values swapped, callback, scope
  130  it was asked to end, as by Ctrl+C
  dtx run has those of the program that it ran, and 126 and 127.

dtx COMMAND --help has examples of each command.";

pub(super) const CONNECT: &str = "\
Examples:
  dtx connect acme--uat --alias uat
  dtx connect https://acme.my.salesforce.com --user integration@acme.com
  dtx connect acme --browser chrome --profile Globex
  dtx connect acme--uat --key KEY --secret-file secret.txt --no-browser --json";

pub(super) const RECONNECT: &str = "\
Examples:
  dtx reconnect uat
  dtx reconnect uat --key KEY --secret-stdin < secret.txt
  dtx reconnect --all";

pub(super) const PROGRAMS: &str = "\
Examples:
  dtx programs uat
  dtx programs uat --allow /usr/bin/make
  dtx programs uat --forget /usr/bin/make

What is allowed or refused counts while new programs are asked about (in the window's settings, or ask_programs = true in settings.toml).
Of an interpreter, such as python3 or bash, it covers all scripts that it runs.";

pub(super) const PAUSE: &str = "\
Example:
  dtx pause

It holds with the background part and without, and ends dtx token and dtx run with 3. Connections are kept meanwhile.";

pub(super) const RESUME: &str = "\
Example:
  dtx resume";

pub(super) const ROTATE: &str = "\
Examples:
  dtx rotate uat
  dtx rotate uat --exposed
  dtx rotate uat --say staged --json
  dtx rotate uat --key KEY --secret-stdin < secret.txt

It tells what will happen first, and the step where it is ends with 0. While the org does not take the new pair, it ends with the \
exit code of what the org said: dtx --help names them.";

pub(super) const RENAME: &str = "\
Example:
  dtx rename uat acme-uat";

pub(super) const GROUP: &str = "\
Examples:
  dtx group uat Acme
  dtx group uat Acme --colour violet
  dtx group uat --none";

pub(super) const BROWSER: &str = "\
Examples:
  dtx browser uat
  dtx browser uat chrome --profile Globex
  dtx browser uat firefox --private
  dtx browser uat ask

It counts for the sign-in, for reconnect and for the pages of Setup, here, in the window and in the tray. Where the browser or the \
profile is not there any more, the default browser opens the page, and that is said.";

pub(super) const BROWSERS: &str = "\
Examples:
  dtx browsers
  dtx browsers --json | jq -r '.browsers[] | .id, .profiles[].name'";

pub(super) const LIST: &str = "\
Examples:
  dtx list
  dtx list --json | jq -r '.connections[] | [.alias, .status] | @tsv'";

pub(super) const SHOW: &str = "\
Examples:
  dtx show uat
  dtx show uat --json | jq -r .safe_until";

pub(super) const CHECK: &str = "\
Examples:
  dtx check uat
  dtx check uat --audit --without-secret   # the app beside the guide, too
  dtx check --all

It ends with 0 when nothing failed, else with the exit code of what did: dtx --help names them.";

pub(super) const DISCONNECT: &str = "\
Examples:
  dtx disconnect uat
  dtx disconnect uat --undo     # its name and history are there again
  dtx disconnect uat --forget   # now, and not after 30 days

Name, org, history, group and browser of a connection are kept for 30 days after it was disconnected, and neither key, secret nor tokens. \
dtx list says what can be brought back, and until when. Where another connection has the name by now, a number is put behind it.";

pub(super) const TOKEN: &str = "\
Examples:
  dtx token uat
  dtx token uat --format header | curl -H @- https://acme.my.salesforce.com/
  eval \"$(dtx token uat --format env)\"
  dtx token uat --format env --shell fish | source
  dtx token uat --format env --shell powershell | Out-String | iex
  for /f \"delims=\" %i in ('dtx token uat --format env --shell cmd') do @%i

The variables of env are SF_ACCESS_TOKEN, SF_INSTANCE_URL, SF_ORG_ID, SF_USERNAME and SF_API_VERSION. Every program that the \
shell starts from then on inherits them, and programs of this user can read them. For one program alone: dtx run.

A value that its shell cannot hold safely is refused (exit code 1). With --min-ttl, exit code 4 means that not even a new token \
lasts so long.";

pub(super) const RUN: &str = "\
Examples:
  dtx run uat -- ./load.sh
  dtx run uat -- make load
  dtx run uat -- docker run --rm -e SF_ACCESS_TOKEN -e SF_INSTANCE_URL loader

It has SF_ACCESS_TOKEN, SF_INSTANCE_URL, SF_ORG_ID, SF_USERNAME and SF_API_VERSION in its environment, and none of the variables \
that begin with DATATRAX_. What it starts inherits them, and programs of this user can read them. The token is not renewed: a \
program that runs for hours calls dtx token itself. Where DATATRAX_HOME or DATATRAX_PASSPHRASE_FILE is set, it has to set them for \
that call.

Exit codes: that of the program; 128 and the number of the signal that ended it; 127 when it was not found, 126 when it cannot be \
run. When it was not started for another reason, the exit code is one that dtx --help names, and a line on standard error begins \
with dtx:";

pub(super) const GUIDE: &str = "\
Examples:
  dtx guide
  dtx guide --step oauth";

pub(super) const COMPLETIONS: &str = "\
Examples:
  source <(dtx completions bash)    # in ~/.bashrc
  source <(dtx completions zsh)     # in ~/.zshrc, after compinit
  dtx completions fish | source     # in ~/.config/fish/config.fish

The packages bring them. Names are read without unlocking anything, and no secret is among them.";

pub(super) const VAULT: &str = "\
Examples:
  dtx vault
  dtx vault passphrase";

pub(super) const AGENT: &str = "\
Examples:
  dtx agent --no-tray
  dtx agent status
  dtx agent stop";

pub(super) const AGENT_STATUS: &str = "\
Example:
  dtx agent status --json";

pub(super) const AGENT_STOP: &str = "\
Example:
  dtx agent stop";

pub(super) const PRACTICE: &str = "\
Examples:
  dtx practice
  dtx practice --port 8601 --scenario maintenance";

pub(super) const APP: &str = "\
Example:
  dtx app files datatrax-app --org acme--uat --email ada@acme.com";

pub(super) const APP_FILES: &str = "\
Example:
  dtx app files datatrax-app --org acme--uat --email ada@acme.com
  cd datatrax-app   # README.md there has the two commands that deploy it";

pub(super) const REQUEST: &str = "\
Examples:
  dtx request new acme--uat --from Ada
  dtx request answer sealed-answer.txt --alias uat

The admin opens the page offline, makes the app in Salesforce, and enters its Consumer Key and Consumer Secret there. What the page \
makes of them can go by mail or chat: only the vault here has the key that opens it, and destroys it once an answer has connected the org.";

pub(super) const REQUEST_NEW: &str = "\
Examples:
  dtx request new acme--uat --from Ada --file request.html
  dtx request new acme --from Ada --days 14 --json | jq -r .sha256

Tell the admin the SHA-256 by telephone or in person: it is how the page there is known to be this one.";

pub(super) const REQUEST_LIST: &str = "\
Examples:
  dtx request list
  dtx request list --json | jq -r '.requests[] | [.number, .standing] | @tsv'";

pub(super) const REQUEST_PAGE: &str = "\
Example:
  dtx request page 7f3a-91c2 --file request.html";

pub(super) const REQUEST_ANSWER: &str = "\
Examples:
  dtx request answer sealed-answer.txt
  dtx request answer - --no-browser --json < sealed-answer.txt
  dtx request answer   # asks for it on a terminal

The agent keeps the two values for two hours, in its memory, until a sign-in has led to a connection: dtx connect goes on with them. \
Where no agent runs, they end with this command, and the same file is opened again. Once the org is connected, no answer to the request \
opens any more. If the org refuses the two values, the admin can answer again with the same page.";

pub(super) const REQUEST_WITHDRAW: &str = "\
Example:
  dtx request withdraw 7f3a-91c2";

pub(super) const IMPORT: &str = "\
Example:
  dtx import sf";

pub(super) const IMPORT_SF: &str = "\
Examples:
  dtx import sf
  dtx import sf --json | jq -r '.orgs[] | [.alias, .kind, .address] | @tsv'";

pub(super) const EXPLAIN: &str = "\
Examples:
  dtx explain 'invalid_grant: expired authorization code'
  ./load.sh 2>&1 | dtx explain -
  dtx explain   # asks for the text, and does not show it";

pub(super) const DOCTOR: &str = "\
Examples:
  dtx doctor
  dtx doctor --offline --json | jq -r '.looks[] | [.id, .state] | @tsv'";

pub(super) const LOGS: &str = "\
Examples:
  dtx logs
  dtx logs debug
  dtx logs export datatrax-logs.zip";

pub(super) const LOGS_DEBUG: &str = "\
Example:
  dtx logs debug";

pub(super) const LOGS_EXPORT: &str = "\
Example:
  dtx logs export datatrax-logs.zip";
