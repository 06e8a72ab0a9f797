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
  dtx connect acme--uat --key KEY --secret-file secret.txt --no-browser --json";

pub(super) const RECONNECT: &str = "\
Examples:
  dtx reconnect uat
  dtx reconnect uat --key KEY --secret-stdin < secret.txt";

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
Example:
  dtx disconnect uat";

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
