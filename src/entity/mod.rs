//! Contact points and accounts found in the text, and the numbers that are neither.

mod account;
mod address;
mod handle;
mod number;
pub(crate) mod phone;
mod spaced;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use regex::Regex;
use serde::Serialize;

use crate::rules::AccountScheme;
use crate::text::{EvasionKind, Span, Text};
pub(crate) use crate::vocabulary::CueKind;

/// The most entities of one extractor, and the most cues, that one text is
/// searched for: what bounds the work on hostile text.
pub(crate) const MOST: usize = 256;

/// The fewest digits of what may hide others. Of what hides none, a telephone number
/// is the shortest.
const FEWEST_DISGUISED: usize = 5;

/// A contact point or account found in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where it stands, disguise included.
    pub span: Span,
    /// Its canonical form: E.164 for a valid phone number, lower case without
    /// disguise for addresses, no spaces in accounts.
    pub value: String,
    /// Whether the numbering plan, checksum or public suffix list confirms it.
    pub valid: bool,
}

/// The kinds of entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntityKind {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A web address or deep link.
    Link,
    /// A name on a messenger or social network.
    Handle,
    /// A bank account in any national or international form.
    BankAccount,
    /// A payment card.
    Card,
    /// A crypto-currency address.
    Wallet,
    /// An identifier that a payment rail pays to: a PIX key, a UPI address, a cash tag.
    PaymentId,
}

/// An entity as the extractors see it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub kind: EntityKind,
    /// Original byte range.
    pub range: Range<usize>,
    pub value: String,
    pub valid: bool,
    /// How it was written so as to hide it.
    pub disguise: Option<EvasionKind>,
    /// Certain by its own shape or its company.
    pub sure: bool,
    /// The kind of host, for links.
    pub host: Option<String>,
}

/// What the words of the message say about the numbers and names near them.
#[derive(Clone, Debug)]
pub(crate) struct Cue {
    pub kind: CueKind,
    /// Original byte range.
    pub range: Range<usize>,
}

/// What is found in one message; a buffer that is filled again.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub found: Vec<Found>,
    /// Original ranges of the numbers that are no contacts.
    pub neutral: Vec<Range<usize>>,
    /// How many numbers were said in words, homophones not counted.
    pub spoken: usize,
    /// How many digits are part of no price, date, size, identifier or entity.
    pub loose_digits: usize,
}

/// The extractors, with the knowledge that the pack gives them.
#[derive(Debug)]
pub(crate) struct Extractor {
    pub(crate) accounts: Vec<(AccountScheme, Regex)>,
    pub(crate) hosts: HashMap<String, String>,
    pub(crate) schemes: HashMap<String, String>,
    pub(crate) bare_tlds: HashSet<String>,
    pub(crate) spoken_tlds: HashSet<String>,
    /// Numbering plans to try when the language is unknown.
    pub(crate) default_regions: Vec<String>,
    pub(crate) mail_domains: HashSet<String>,
    /// The same without their suffixes.
    pub(crate) mail_names: HashSet<String>,
    /// The domain of each provider that is named in words, by the index in its cue.
    pub(crate) mail_words: Vec<String>,
    /// Words of other scripts for top-level domains.
    pub(crate) tld_words: Vec<(String, String)>,
    /// Each app's own shape of handles.
    pub(crate) handles: Vec<Option<Regex>>,
    /// The values of number words.
    pub(crate) values: Vec<String>,
    /// Domains of the platform itself.
    pub(crate) official: Vec<String>,
    /// Accounts and numbers of the platform itself, in canonical form.
    pub(crate) official_accounts: HashSet<String>,
    pub(crate) addresses: address::Patterns,
}

impl Extractor {
    /// The address patterns, compiled.
    pub fn patterns() -> address::Patterns {
        address::Patterns::new()
    }

    /// Whether the text could hold an entity at all, by its characters, by how many
    /// digits are said in words, and by the words for address signs.
    pub fn is_triggered(text: &Text, said_digits: usize, joints: usize) -> bool {
        text.most_digits >= phone::FEWEST
            || text.disguised && text.digits >= FEWEST_DISGUISED
            || said_digits >= 2 && said_digits + text.digits >= phone::FEWEST
            || joints >= 2
            || text.at_sign
            || text.dotted
            || text.spaced
    }

    /// Finds all entities. `cues` are in the order of their beginnings; `regions`
    /// are the numbering plans to try, most likely first.
    pub fn find(&self, text: &Text, cues: &[Cue], regions: &[&str], findings: &mut Findings) {
        findings.found.clear();
        findings.neutral.clear();
        findings.spoken = 0;
        findings.loose_digits = 0;
        if text.spaced {
            self.find_spaced(text, &mut findings.found);
        }
        let spoken = cues.iter().any(|cue| matches!(cue.kind, CueKind::Dot | CueKind::At | CueKind::Mail { .. }));
        if spoken || text.at_sign || text.dotted {
            self.find_addresses(text, cues, &mut findings.found);
        }
        self.find_accounts(text, cues, &mut findings.found);
        self.find_handles(text, cues, &mut findings.found);
        self.find_phones(text, cues, regions, findings);
        findings.found.retain(|found| !self.official_accounts.contains(&found.value));
        findings.found.sort_by_key(|found| (found.range.start, found.range.end));
    }
}

/// Whether a range meets one already taken.
pub(crate) fn is_taken(found: &[Found], range: &Range<usize>) -> bool {
    found.iter().any(|taken| taken.range.start < range.end && range.start < taken.range.end)
}

/// Whether a bracket stands right before and right behind a range.
pub(crate) fn is_bracketed(text: &Text, range: &Range<usize>) -> bool {
    let plain = text.plain.as_str();
    let inside = text.plain.within(range);
    plain[..inside.start].trim_end().ends_with(['(', '[', '{', '<'])
        && plain[inside.end..].trim_start().starts_with([')', ']', '}', '>'])
}

/// The cue of one of the wanted kinds that stands nearest before `at`, at most
/// `reach` bytes of the plain view away.
fn cue_before(cues: &[Cue], at: usize, reach: usize, wanted: impl Fn(CueKind) -> bool) -> Option<&Cue> {
    cues.iter().rev().find(|cue| cue.range.end <= at && at - cue.range.end <= reach && wanted(cue.kind))
}

fn cue_after(cues: &[Cue], at: usize, reach: usize, wanted: impl Fn(CueKind) -> bool) -> Option<&Cue> {
    cues.iter().find(|cue| cue.range.start >= at && cue.range.start - at <= reach && wanted(cue.kind))
}

/// What was undone inside a range, if anything.
fn undone_in(text: &Text, range: &Range<usize>) -> Option<EvasionKind> {
    text.undone
        .iter()
        .find(|undone| undone.range.start < range.end && range.start < undone.range.end)
        .map(|undone| undone.kind)
}
