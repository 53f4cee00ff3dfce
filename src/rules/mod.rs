//! The rule pack: queja's knowledge as data, and its loader.

mod account;
mod expr;
mod fault;
mod format;
mod load;
mod words;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(crate) use account::{AccountKind, AccountScheme, Check};
pub(crate) use expr::Expr;
pub use fault::{Fault, RulePackError};
pub(crate) use format::{BoostsTable, Carries, ConceptTable, Scope, SignalTable, TextsFile, ThresholdsTable, Tier};
pub(crate) use words::Word;

use serde::{Deserialize, Serialize};

use crate::text::FoldTables;

/// The language that texts come in when the wanted one is unknown.
const FALLBACK_LANGUAGE: &str = "en";

/// Knowledge as data: the words of languages, apps, payment rails, rules with
/// their examples, and the texts people read.
///
/// The built-in pack needs nothing; a directory laid out like `rules/` replaces
/// it or is laid over it. A pack with any fault is refused whole.
///
/// ```
/// use queja::{Detector, RulePack};
///
/// let pack = RulePack::builtin();
/// assert_eq!(pack.name(), "queja");
/// let detector = Detector::builder().rules(pack).build();
/// # let _ = detector;
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RulePack {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) thresholds: ThresholdsTable,
    pub(crate) boosts: BoostsTable,
    pub(crate) signals: Vec<SignalTable>,
    pub(crate) concepts: BTreeMap<String, ConceptTable>,
    pub(crate) bare_tlds: Vec<String>,
    pub(crate) spoken_tlds: Vec<String>,
    pub(crate) default_regions: Vec<String>,
    pub(crate) languages: BTreeMap<String, Language>,
    pub(crate) apps: Vec<Named>,
    pub(crate) rails: Vec<Named>,
    /// Link hosts that are not an app's or a rail's own, with their kind.
    pub(crate) hosts: Vec<(String, String)>,
    pub(crate) mail_domains: Vec<String>,
    /// Words for a mail provider, with its domain.
    #[serde(skip)]
    pub(crate) mail_names: Vec<(Word, String)>,
    /// Words of other scripts for top-level domains.
    pub(crate) tld_words: Vec<(String, String)>,
    pub(crate) accounts: Vec<AccountScheme>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) neutralisers: Vec<Neutraliser>,
    pub(crate) texts: BTreeMap<String, TextsFile>,
    pub(crate) fold: FoldTables,
    #[serde(skip)]
    pub(crate) numbers: Vec<NumberWord>,
    /// The words are those of the built-in pack, which are compiled already and not in here.
    #[serde(skip)]
    pub(crate) is_wordless: bool,
}

/// The words of one language.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Language {
    pub regions: Vec<String>,
    pub prefixes: Vec<String>,
    pub suffixes: Vec<String>,
    /// Words by concept.
    #[serde(skip)]
    pub words: Vec<(Arc<str>, Word)>,
}

/// An app or a payment rail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Named {
    pub id: String,
    pub kind: String,
    #[serde(skip)]
    pub names: Vec<Word>,
    #[serde(skip)]
    pub ambiguous: Vec<Word>,
    pub hosts: Vec<String>,
    pub schemes: Vec<String>,
    pub handle: Option<String>,
    /// Ambiguous names with the languages in which they mean nothing else.
    pub sure_in: BTreeMap<String, Vec<String>>,
    /// Ambiguous names with the languages in which alone they count.
    pub only_in: BTreeMap<String, Vec<String>>,
}

/// A rule as written, its expressions parsed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub id: String,
    pub title: String,
    pub signal: String,
    pub direction: Option<String>,
    pub weight: f64,
    pub when: Vec<Expr>,
    pub when_source: Vec<String>,
    pub pattern: Option<String>,
    pub within: u16,
    pub scope: Scope,
    /// One phrase may fill several groups.
    pub shared: bool,
    pub unless: Vec<String>,
    pub examples: Examples,
    pub file: String,
    pub enabled: bool,
}

/// Messages that prove a rule, each with the line it stands on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Examples {
    pub positive: Vec<Example>,
    pub negative: Vec<Example>,
    pub known_misses: Vec<Example>,
    pub known_false_alarms: Vec<Example>,
}

/// One example, with the fault to report when it doesn't hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Example {
    pub text: String,
    pub place: Fault,
}

/// What exempts a clause from findings.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Neutraliser {
    pub id: String,
    pub title: String,
    pub kind: String,
    pub when: Vec<Expr>,
    pub within: u16,
    pub scope: Scope,
    pub exempts: Scope,
    pub carries: Option<Carries>,
}

/// A word that stands for digits.
#[derive(Clone, Debug)]
pub(crate) struct NumberWord {
    pub language: String,
    pub word: Word,
    pub value: String,
    /// Counts only beside real digits.
    pub homophone: bool,
}

impl RulePack {
    /// A pack from a directory laid out like `rules/`, instead of the built-in one.
    ///
    /// # Errors
    ///
    /// Every fault of every file: unreadable files, broken TOML or TSV, unknown
    /// concepts, entities or signals, duplicate rule ids, bad regular expressions.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Self, RulePackError> {
        load::from_files(&load::read_dir(dir.as_ref())?)
    }

    /// A pack from files in memory, by their names relative to the pack.
    pub(crate) fn from_files(files: &[(String, String)]) -> Result<Self, RulePackError> {
        load::from_files(files)
    }

    /// The files of a directory, by their names relative to it.
    pub(crate) fn read_dir(dir: &Path) -> Result<Vec<(String, String)>, RulePackError> {
        load::read_dir(dir)
    }

    /// The pack's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The pack's version, such as `2026.11.1`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The languages that people's texts are in, as codes for
    /// [`DetectorBuilder::reader_language`](crate::DetectorBuilder::reader_language).
    pub fn reader_languages(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The languages the pack has words for, as ISO 639-1 codes.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The rules, in the order of files.
    pub fn rules(&self) -> impl Iterator<Item = RuleInfo<'_>> {
        self.rules.iter().map(|rule| RuleInfo { rule })
    }

    /// A signal's short title in the reader's language, or its name where the
    /// pack has no title for it.
    #[must_use]
    pub fn signal_title<'p>(&'p self, signal: &'p str, lang: &str) -> &'p str {
        self.texts_in(lang).and_then(|texts| texts.signals.get(signal)).map_or(signal, String::as_str)
    }

    /// A level's name in the reader's language.
    #[must_use]
    pub fn level_title<'p>(&'p self, level: &'p str, lang: &str) -> &'p str {
        self.texts_in(lang).and_then(|texts| texts.levels.get(level)).map_or(level, String::as_str)
    }

    /// The texts of the wanted language, of its base, or in English.
    pub(crate) fn texts_in(&self, lang: &str) -> Option<&TextsFile> {
        let base = lang.split(['-', '_', '.']).next().unwrap_or(lang);
        let script = match base {
            "zh" if lang.contains("TW") || lang.contains("HK") || lang.contains("Hant") => "zh-Hant",
            "zh" => "zh-Hans",
            _ => base,
        };
        [lang, script, base, FALLBACK_LANGUAGE]
            .iter()
            .find_map(|code| self.texts.get(*code))
            .or_else(|| self.texts.values().next())
    }

    /// The JSON schema of the pack's TOML files, by file.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn schema() -> String {
        load::schema()
    }
}

/// What a rule says, for listings.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo<'p> {
    rule: &'p Rule,
}

impl<'p> RuleInfo<'p> {
    /// The rule's stable name, such as `messaging_app.invite`.
    #[must_use]
    pub fn id(&self) -> &'p str {
        &self.rule.id
    }

    /// What it sees, in one line.
    #[must_use]
    pub fn title(&self) -> &'p str {
        &self.rule.title
    }

    /// The signal it gives.
    #[must_use]
    pub fn signal(&self) -> &'p str {
        &self.rule.signal
    }

    /// `offer`, `request` or `both`, where the rule knows.
    #[must_use]
    pub fn direction(&self) -> Option<&'p str> {
        self.rule.direction.as_deref()
    }

    /// How sure it is, 0 to 1.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.rule.weight
    }

    /// Its expressions; any of them is enough.
    #[must_use]
    pub fn when(&self) -> &'p [String] {
        &self.rule.when_source
    }

    /// The kinds of neutralisers that exempt it.
    #[must_use]
    pub fn unless(&self) -> &'p [String] {
        &self.rule.unless
    }

    /// The file it stands in.
    #[must_use]
    pub fn file(&self) -> &'p str {
        &self.rule.file
    }

    /// Whether it takes part.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.rule.enabled
    }

    /// Messages it must find.
    pub fn examples(&self) -> impl Iterator<Item = &'p str> {
        self.rule.examples.positive.iter().map(|example| example.text.as_str())
    }

    /// Messages it must leave alone.
    pub fn negative_examples(&self) -> impl Iterator<Item = &'p str> {
        self.rule.examples.negative.iter().map(|example| example.text.as_str())
    }
}
