//! What a platform makes of a score: levels by context.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::rules::RulePack;

/// How far an assessment goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// Nothing to say.
    #[default]
    Clear,
    /// Worth keeping an eye on.
    Notice,
    /// Worth warning the reader.
    Warn,
    /// A complaint is suggested.
    Report,
}

impl Level {
    /// The lower-case name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Notice => "notice",
            Self::Warn => "warn",
            Self::Report => "report",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name that is none of a fixed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    what: &'static str,
    name: String,
    known: &'static str,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no {}; use one of {}", self.name, self.what, self.known)
    }
}

impl std::error::Error for UnknownName {}

impl FromStr for Level {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::Clear, Self::Notice, Self::Warn, Self::Report]
            .into_iter()
            .find(|level| level.as_str() == name)
            .ok_or_else(|| UnknownName { what: "level", name: name.into(), known: "clear, notice, warn, report" })
    }
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// Buys, books or hires.
    Buyer,
    /// Sells, hosts or works for hire.
    Supplier,
    /// The platform's own people.
    Staff,
    /// The platform's own machinery.
    System,
}

impl Role {
    /// The lower-case name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Supplier => "supplier",
            Self::Staff => "staff",
            Self::System => "system",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "buyer" | "customer" | "client" | "guest" | "user" => Self::Buyer,
            "supplier" | "seller" | "vendor" | "host" | "freelancer" | "merchant" => Self::Supplier,
            "staff" | "agent" | "moderator" | "admin" | "support" => Self::Staff,
            "system" | "bot" | "platform" => Self::System,
            _ => return Err(UnknownName { what: "role", name: name.into(), known: "buyer, supplier, staff, system" }),
        })
    }
}

/// Where the order between the parties stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OrderState {
    /// No order yet.
    #[default]
    None,
    /// Ordered and paid on the platform, not yet received.
    Open,
    /// Received and confirmed.
    Fulfilled,
}

impl FromStr for OrderState {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "none" | "" => Self::None,
            "open" => Self::Open,
            "fulfilled" => Self::Fulfilled,
            _ => {
                return Err(UnknownName { what: "order state", name: name.into(), known: "none, open, fulfilled" });
            }
        })
    }
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Surface {
    /// A conversation between two parties.
    #[default]
    Chat,
    /// A public offer.
    Listing,
    /// A public profile.
    Profile,
}

/// What a platform forbids and from which score it acts.
///
/// ```
/// use queja::{Detector, Level, Policy};
///
/// let policy: Policy = r#"
///     official_domains = ["example-market.com"]
///     tolerated = ["in_person_deal"]
///     [thresholds]
///     notice = 0.2
///     warn = 0.4
///     report = 0.6
/// "#.parse()?;
/// let detector = Detector::builder().policy(policy).build();
/// assert_eq!(detector.assess("Pay at https://pay.example-market.com/o/1").level, Level::Clear);
/// # Ok::<(), queja::PolicyError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Policy {
    /// From which score each level holds; the pack's own where absent.
    pub thresholds: Option<Thresholds>,
    /// Signals that the platform does not mind.
    pub tolerated: Vec<String>,
    /// Signals that the platform does not mind once an order is paid on it.
    pub tolerated_after_order: Vec<String>,
    /// Roles whose messages are never assessed as solicitation.
    pub exempt_roles: Vec<Role>,
    /// Domains of the platform itself, without scheme; their links are no findings.
    pub official_domains: Vec<String>,
    /// Accounts, numbers and handles of the platform itself, in canonical form.
    pub official_accounts: Vec<String>,
}

/// From which score each level holds, 0 to 1, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Thresholds {
    /// From here `notice`.
    pub notice: f64,
    /// From here `warn`.
    pub warn: f64,
    /// From here `report`.
    pub report: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            thresholds: None,
            tolerated: Vec::new(),
            tolerated_after_order: Vec::new(),
            exempt_roles: vec![Role::Staff, Role::System],
            official_domains: Vec::new(),
            official_accounts: Vec::new(),
        }
    }
}

/// Why a policy was refused: the place, the fault and the cure, in its `Display`.
#[derive(Debug)]
pub struct PolicyError(String);

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PolicyError {}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(source: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(source).map_err(|error| {
            PolicyError(format!("the policy was refused: {error}see the fields of `queja::Policy`"))
        })?;
        if let Some(t) = policy.thresholds
            && !(0.0 < t.notice && t.notice <= t.warn && t.warn <= t.report && t.report <= 1.0)
        {
            return Err(PolicyError(format!(
                "the policy was refused: thresholds {}, {}, {} are not ascending between 0 and 1; \
                 give notice ≤ warn ≤ report",
                t.notice, t.warn, t.report
            )));
        }
        Ok(policy)
    }
}

impl Policy {
    /// Reads a policy from a TOML file.
    ///
    /// # Errors
    ///
    /// The file can't be read, is no TOML, has unknown keys, or its thresholds
    /// don't ascend.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, PolicyError> {
        let path = path.as_ref();
        let source = std::fs::read_to_string(path)
            .map_err(|error| PolicyError(format!("{}: {error}; name a readable TOML file", path.display())))?;
        source.parse().map_err(|error| PolicyError(format!("{}: {error}", path.display())))
    }

    pub(crate) fn thresholds(&self, pack: &RulePack) -> Thresholds {
        self.thresholds.unwrap_or(Thresholds {
            notice: pack.thresholds.notice,
            warn: pack.thresholds.warn,
            report: pack.thresholds.report,
        })
    }

    /// Whether findings of this signal count in this context.
    pub(crate) fn forbids(&self, signal: &str, order: OrderState) -> bool {
        let listed = |list: &[String]| list.iter().any(|known| known == signal);
        !(listed(&self.tolerated) || order != OrderState::None && listed(&self.tolerated_after_order))
    }

    pub(crate) fn is_exempt(&self, role: Option<Role>) -> bool {
        role.is_some_and(|role| self.exempt_roles.contains(&role))
    }
}

impl Thresholds {
    pub(crate) fn level(&self, score: f64) -> Level {
        match score {
            _ if score >= self.report => Level::Report,
            _ if score >= self.warn => Level::Warn,
            _ if score >= self.notice => Level::Notice,
            _ => Level::Clear,
        }
    }
}
