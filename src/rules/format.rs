//! The files of a pack as serde reads them. Unknown keys are faults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct PackFile {
    pub name: Option<String>,
    pub version: Option<String>,
    pub engine: Option<String>,
    pub thresholds: Option<ThresholdsTable>,
    pub boosts: Option<BoostsTable>,
    #[serde(default)]
    pub signal: Vec<SignalTable>,
    #[serde(default)]
    pub concept: Vec<ConceptTable>,
    pub links: Option<LinksTable>,
    pub phones: Option<PhonesTable>,
    pub disable: Option<DisableTable>,
    /// Weights by rule id, over those of the rules themselves.
    #[serde(default)]
    pub weights: BTreeMap<String, f64>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct ThresholdsTable {
    pub notice: f64,
    pub warn: f64,
    pub report: f64,
}

/// What strengthens a finding, as the weight of one more term.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct BoostsTable {
    pub evasion: f64,
    pub pretext: f64,
    pub entity: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct SignalTable {
    pub id: String,
    /// The most this signal can score.
    pub cap: f64,
    /// What of it is lost by leaving: `chat` or `payment`.
    pub loses: String,
    /// The kinds of neutralisers that exempt its rules unless a rule says otherwise.
    pub unless: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is its own property of the concept")]
pub(crate) struct ConceptTable {
    pub name: String,
    pub tier: Tier,
    /// Its words say nothing inside a longer word of another concept.
    #[serde(default)]
    pub yields: bool,
    /// Its words say nothing where a longer word of a concept that `claims` meets them.
    #[serde(default)]
    pub claimable: bool,
    /// Its words exempt: they count only in the language the message is written in.
    #[serde(default)]
    pub spares: bool,
    /// Its words silence the words that yield even where they only overlap.
    #[serde(default)]
    pub claims: bool,
    /// Its words silence every word inside them.
    #[serde(default)]
    pub silences: bool,
}

/// How much a word says by itself.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) enum Tier {
    /// Makes a message worth a look.
    Strong,
    /// Counts only beside a strong word or an entity.
    Weak,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct LinksTable {
    /// Top-level domains believed after a dot said in words.
    pub spoken_tlds: Vec<String>,
    /// The words of other scripts for top-level domains.
    #[serde(default)]
    pub tld_words: BTreeMap<String, Vec<String>>,
    /// Top-level domains that make `name.tld` a link without scheme, `www` or path.
    pub bare_tlds: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct PhonesTable {
    /// Numbering plans to try on a message that gives no hint of its language.
    pub regions: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct DisableTable {
    #[serde(default)]
    pub rules: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct ConceptsFile {
    pub language: String,
    #[serde(default)]
    pub regions: Vec<String>,
    #[serde(default)]
    pub edges: EdgesTable,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, Vec<String>>"))]
    pub concepts: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct EdgesTable {
    #[serde(default)]
    pub prefixes: Vec<String>,
    #[serde(default)]
    pub suffixes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct AppsFile {
    #[serde(default)]
    pub app: Vec<NameTable>,
    #[serde(default)]
    pub hosts: Vec<HostsTable>,
    #[serde(default)]
    pub mail: Vec<MailTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct RailsFile {
    #[serde(default)]
    pub rail: Vec<NameTable>,
    #[serde(default)]
    pub hosts: Vec<HostsTable>,
    #[serde(default)]
    pub account: Vec<AccountTable>,
}

/// An app or a payment rail.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct NameTable {
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub id: Spanned<String>,
    /// How the app or rail calls itself, for the pack's readers.
    #[expect(dead_code, reason = "for people")]
    pub title: String,
    pub kind: String,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub names: Vec<Spanned<String>>,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub ambiguous: Vec<Spanned<String>>,
    #[serde(default)]
    pub hosts: Vec<String>,
    #[serde(default)]
    pub schemes: Vec<String>,
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub handle: Option<Spanned<String>>,
    /// The account is a phone number.
    #[serde(default)]
    #[expect(dead_code, reason = "for people")]
    pub handle_is_phone: bool,
    /// Ambiguous names that can mean nothing else in messages of these languages.
    #[serde(default)]
    pub sure_in: BTreeMap<String, Vec<String>>,
    /// Ambiguous names that count only in messages of these languages.
    #[serde(default)]
    pub only_in: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct HostsTable {
    pub kind: String,
    pub names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct MailTable {
    pub domains: Vec<String>,
    /// How the first of the domains is called in words.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub names: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct AccountTable {
    pub id: String,
    pub kind: String,
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub pattern: Spanned<String>,
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub check: Spanned<String>,
    #[serde(default)]
    pub needs: String,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub valid_examples: Vec<Spanned<String>>,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub invalid_examples: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct SignalFile {
    #[serde(default)]
    pub rule: Vec<RuleTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct RuleTable {
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub id: Spanned<String>,
    pub title: String,
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub signal: Spanned<String>,
    pub direction: Option<String>,
    #[cfg_attr(feature = "cli", schemars(with = "f64"))]
    pub weight: Spanned<f64>,
    #[cfg_attr(feature = "cli", schemars(with = "When"))]
    pub when: Spanned<When>,
    /// A regular expression over the plain text, which must match as well.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub pattern: Option<Spanned<String>>,
    /// The most words between two neighbours.
    pub within: Option<u16>,
    pub scope: Option<Scope>,
    /// One phrase may fill several groups, one word of it each.
    #[serde(default)]
    pub shared: bool,
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<String>>"))]
    pub unless: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub examples: Vec<Spanned<String>>,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub negative_examples: Vec<Spanned<String>>,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub known_misses: Vec<Spanned<String>>,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub known_false_alarms: Vec<Spanned<String>>,
}

/// One expression, or several of which any is enough.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) enum When {
    One(String),
    Any(Vec<String>),
}

impl When {
    pub fn alternatives(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Any(any) => any,
        }
    }
}

/// How far apart the parts of a rule may stand, and what a neutraliser exempts.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) enum Scope {
    Clause,
    Sentence,
    /// The sentence and those beside it: "They take 12 %. If we do it without …".
    #[default]
    Neighbours,
    Message,
    /// For `exempts`: from the neutraliser's first word to the end of its clause.
    Onward,
}

impl Scope {
    /// How many words apart neighbours may stand where nothing is said: in a whole
    /// message, as many as it has.
    pub fn within(self) -> u16 {
        if self == Self::Message { u16::MAX } else { 8 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct NeutralisersFile {
    #[serde(default)]
    pub neutraliser: Vec<NeutraliserTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct NeutraliserTable {
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub id: Spanned<String>,
    pub title: String,
    pub kind: String,
    #[cfg_attr(feature = "cli", schemars(with = "When"))]
    pub when: Spanned<When>,
    pub within: Option<u16>,
    /// Where its parts must stand together.
    pub scope: Option<Scope>,
    /// What it exempts: the clause it stands in, the sentence, or the message.
    pub exempts: Option<Scope>,
    /// In a conversation it exempts the next messages as well: what was asked
    /// for the parcel is answered in the message after.
    pub carries: Option<Carries>,
}

/// Whose next messages a neutraliser exempts as well.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) enum Carries {
    /// Those of its own sender: who tells of another's doing goes on to tell.
    Sender,
    /// Those of all parties.
    All,
}

/// What people read, in one language.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct TextsFile {
    pub language: String,
    pub label: String,
    pub levels: BTreeMap<String, String>,
    pub signals: BTreeMap<String, String>,
    pub reasons: BTreeMap<String, String>,
    pub lost_protections: BTreeMap<String, Vec<String>>,
    pub advice: BTreeMap<String, Vec<String>>,
}
