//! Accounts, cards and wallets, found by the shapes and checks of the pack.

use super::{Cue, CueKind, EntityKind, Extractor, Found, MOST, cue_after, cue_before, is_taken, undone_in};
use crate::rules::{AccountKind, AccountScheme, Check};
use crate::text::{EvasionKind, Text};

/// The fewest digits of a number that proves itself.
const FEWEST_PROOF: usize = 11;
/// How far a bank word may stand from an account number, in bytes.
const COMPANY: usize = 48;

/// How many letters an IBAN's country has.
const COUNTRY: usize = 2;
/// The fewest letters for digits that nobody writes by mistake.
const FEWEST_IMITATED: usize = 3;

/// How far a bank's short name may stand from its number, in bytes.
const BESIDE: usize = 4;
/// The fewest digits of an account that only a bank's short name vouches for.
const FEWEST_ACCOUNT: usize = 9;

impl Extractor {
    pub(super) fn find_accounts(&self, text: &Text, cues: &[Cue], found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        let signed = text.at_sign || plain.contains('$');
        let long_token = text.digits > 0 && plain.split_whitespace().any(|token| token.len() >= 25);
        if text.digits < 6 && !long_token && !signed {
            return;
        }
        // What needs a bank word near is not looked for where there is none, and what
        // proves itself is long.
        let company = cues.iter().any(|cue| matches!(cue.kind, CueKind::Account | CueKind::Rail { .. }));
        let proof = text.digits >= FEWEST_PROOF || long_token || signed;
        for (scheme, pattern) in &self.accounts {
            let imitated = text.disguised && scheme.kind == AccountKind::Bank;
            if scheme.needs_company && !(company || imitated) || !scheme.needs_company && !proof {
                continue;
            }
            for matched in pattern.find_iter(plain).take(MOST) {
                account(text, cues, scheme, matched.range(), found);
            }
        }
    }
}

fn account(
    text: &Text,
    cues: &[Cue],
    scheme: &AccountScheme,
    plain_range: std::ops::Range<usize>,
    found: &mut Vec<Found>,
) {
    let plain = &text.plain.as_str()[plain_range.clone()];
    // Letters that stand for digits are read as such where they prove the number.
    let read = (scheme.kind == AccountKind::Bank).then(|| with_figures(plain)).flatten();
    let written = read.as_deref().unwrap_or(plain);
    let number = if scheme.check == Check::Iban { iban_prefix(written) } else { written };
    let imitated = read.is_some()
        && number.bytes().zip(plain.bytes()).filter(|(read, wrote)| read != wrote).count() >= FEWEST_IMITATED;
    let plain_range = plain_range.start..plain_range.start + number.len();
    if scheme.check == Check::None && is_part(text.plain.as_str(), &plain_range) {
        return;
    }
    let range = text.plain.original(plain_range);
    if is_taken(found, &range) {
        return;
    }
    let valid = scheme.check.passes(number);
    let bank = |kind| matches!(kind, CueKind::Account | CueKind::Rail { sure: true, .. });
    // A bank's short name that may mean something else counts right beside its number;
    // beside what is written as a card, or with a word of its own, farther off as well.
    let card = scheme.kind == AccountKind::Card;
    let worded = number.contains(|c: char| c.is_alphabetic() && !c.is_ascii());
    let close = if card || worded { COMPANY / 2 } else { BESIDE };
    let short_name = |kind| matches!(kind, CueKind::Rail { bank, .. } if bank || card);
    let beside = (card || worded || is_long(number))
        .then(|| {
            cue_before(cues, range.start, close, short_name).or_else(|| cue_after(cues, range.end, close, short_name))
        })
        .flatten();
    let before = cue_before(cues, range.start, COMPANY, bank);
    let company = before.or(beside).is_some() || cue_after(cues, range.end, COMPANY / 2, bank).is_some();
    if scheme.needs_company && !(company || imitated) {
        return;
    }
    // A label nearer than the bank word makes the number an order, not an account.
    let label = cue_before(cues, range.start, COMPANY, |kind| kind == CueKind::NumberLabel);
    if scheme.needs_company
        && let Some(label) = label
        && before.is_none_or(|before| {
            // A word that is both, as "CPF", labels what does not prove itself.
            label.range.end > before.range.end || scheme.check == Check::None && label.range == before.range
        })
    {
        return;
    }
    // A number that fails the proof of this shape may still be of a looser one; nothing
    // else is written as these addresses are.
    let unmistakable = scheme.check == Check::Ethereum;
    if !valid && !unmistakable {
        return;
    }
    let value = match scheme.kind {
        AccountKind::Wallet | AccountKind::PaymentId => number.trim().to_owned(),
        _ => number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase(),
    };
    let proven = valid && scheme.check != Check::None;
    found.push(Found {
        kind: entity_kind(scheme.kind),
        disguise: undone_in(text, &range).or(imitated.then_some(EvasionKind::Leet)),
        range,
        value,
        valid: proven,
        sure: proven || unmistakable || imitated,
        host: None,
    });
}

/// An account with the letters read as the digits that they look like, where behind its
/// country nothing but such letters and digits stand.
fn with_figures(written: &str) -> Option<String> {
    let lead = written.bytes().take_while(u8::is_ascii_alphabetic).count();
    if lead != COUNTRY
        || !written[COUNTRY..].bytes().all(|b| !b.is_ascii_alphabetic() || matches!(b, b'O' | b'o' | b'I' | b'l'))
    {
        return None;
    }
    let figure = |c: char| match c {
        'O' | 'o' => '0',
        'I' | 'l' => '1',
        _ => c,
    };
    let read: String = written[..COUNTRY].chars().chain(written[COUNTRY..].chars().map(figure)).collect();
    (read != written).then_some(read)
}

/// Whether more digits hang on a number by a dash: it is not the whole of it.
fn is_part(plain: &str, range: &std::ops::Range<usize>) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let before = plain[..range.start].strip_suffix('-').is_some_and(|head| digit(head.chars().next_back()));
    before || plain[range.end..].strip_prefix('-').is_some_and(|tail| digit(tail.chars().next()))
}

/// Long enough for an account, and not as a mobile phone is dialled.
fn is_long(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    digits >= FEWEST_ACCOUNT && !(number.starts_with('0') && digits <= 11)
}

/// The part that is an IBAN of its country's length; words may follow it unspaced.
pub(super) fn iban_prefix(written: &str) -> &str {
    let ends = written.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    let mut prefixes = ends.map(|end| &written[..end]).take_while(|prefix| prefix.len() >= 15);
    prefixes
        .find(|prefix| prefix.ends_with(|c: char| c.is_ascii_alphanumeric()) && Check::Iban.passes(prefix))
        .unwrap_or(written)
}

fn entity_kind(kind: AccountKind) -> EntityKind {
    match kind {
        AccountKind::Bank => EntityKind::BankAccount,
        AccountKind::Wallet => EntityKind::Wallet,
        AccountKind::Card => EntityKind::Card,
        AccountKind::PaymentId => EntityKind::PaymentId,
    }
}
