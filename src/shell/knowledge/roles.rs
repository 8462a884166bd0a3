//! What a command is for.

use schemars::JsonSchema;
use serde::Deserialize;

/// One thing that a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Makes data out of something else than its input: `pg_dump`, `tar c`.
    Produce,
    /// Tells something of the system or of a text: `date`, `ls`. What it says is looked at, and seldom kept.
    Inform,
    /// Makes something that stays where it is made, whatever it prints by the way: `cargo build`, `npm ci`, `tar x`.
    Build,
    /// Turns input into output: `gzip`, `sed`.
    Transform,
    /// Carries data from one place to another: `cp`, `aws s3 cp`.
    Transfer,
    /// Brings a new state to where it is used, a service, a cluster, a database, a checkout: `kubectl apply`, `alembic upgrade`.
    Deploy,
    /// Its failure says that something is not as it should be: `sha256sum -c`, `nginx -t`.
    Verify,
    /// Removes or overwrites something: `rm`, `dropdb`.
    Destroy,
    /// Changes the state of a service, a system or a repository, and is often only tried: `systemctl restart`, `useradd`.
    MutateService,
    /// Makes room for what other commands do, or sets a mark: `mkdir`, `touch`.
    Prepare,
    /// Tells someone outside the script: `mail`, `wall`.
    Notify,
    /// A non-zero status is an answer and not a failure: `grep`, `test`.
    Ask,
    /// Does nothing but print: `echo`.
    Print,
    /// Has no failure that a script could care for: `true`, `sleep`, `export`.
    AlwaysOk,
    /// Runs a command that is named by its arguments: `sudo`, `xargs`.
    RunOther,
}

/// A set of roles; empty when nothing is known of what the command is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(from = "Vec<Role>")]
#[schemars(with = "Vec<Role>")]
pub struct Roles(u16);

impl Roles {
    /// Whether `role` is in the set.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// Whether one of the `wanted` is in the set.
    pub fn contains_any(self, wanted: &[Role]) -> bool {
        wanted.iter().any(|role| self.contains(*role))
    }

    /// Whether the set has no role at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl From<Vec<Role>> for Roles {
    fn from(roles: Vec<Role>) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | 1 << role as u16))
    }
}
