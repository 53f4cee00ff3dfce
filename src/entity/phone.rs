//! Telephone numbers: runs of digits that are no prices, dates or identifiers.

use std::ops::Range;

use rlibphonenumber::enums::{PhoneNumberType, Region};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use super::number::{Piece, gap, mark_neutral};
use super::{Cue, CueKind, EntityKind, Extractor, Findings, Found, cue_after, cue_before, is_taken, undone_in};
use crate::rules::Check;
use crate::text::{EvasionKind, Text};

/// The fewest and most digits of a telephone number (E.164).
pub(crate) const FEWEST: usize = 7;
const MOST: usize = 15;
/// The most letters between two digits that are said.
const FILLER: usize = 5;
/// The most letters of the words that link two groups of digits.
const LINK: usize = 8;
/// The most digits of a group that a word links to others.
const LONGEST_GROUP: usize = 6;
/// How many digits a payment card has.
const CARD: usize = 16;
/// How many digits by themselves are spelled out one by one.
const FEWEST_SINGLES: usize = 4;
/// The fewest digits of a number whose groups are linked by words.
const FEWEST_LINKED: usize = 9;
/// The most digits of a number that no word speaks of.
const LONGEST_UNHINTED: usize = 13;
/// The fewest digits that are no count, where nothing else is written.
const LONG: usize = 11;
/// The most digits of one group where a number is in groups.
const LONGEST_LAST: usize = 8;
/// How far a word such as "number" or "call" vouches for digits, in bytes.
const VOUCHES: usize = 48;

impl Extractor {
    pub(super) fn find_phones(&self, text: &Text, cues: &[Cue], regions: &[&str], findings: &mut Findings) {
        let spoken = cues.iter().any(|cue| matches!(cue.kind, CueKind::Number { .. }));
        if text.digits == 0 && !spoken {
            return;
        }
        let mut pieces = self.pieces(text, cues);
        findings.spoken = pieces.iter().filter(|piece| piece.spelled && !piece.homophone).count();
        mark_neutral(text, cues, &mut pieces);
        pieces.retain(|piece| !is_taken(&findings.found, &text.plain.original(piece.plain.clone())));
        findings.loose_digits =
            pieces.iter().filter(|piece| !piece.neutral && !piece.homophone).map(|piece| piece.digits.len()).sum();
        findings
            .neutral
            .extend(pieces.iter().filter(|piece| piece.neutral).map(|piece| text.plain.original(piece.plain.clone())));
        let plain = text.plain.as_str();
        let mut start = 0;
        let most = findings.found.len() + super::MOST;
        while start < pieces.len() && findings.found.len() < most {
            let said = pieces
                .get(start + 1)
                .is_some_and(|next| next.spelled && !next.homophone && joins(plain, &pieces[start], next));
            if pieces[start].neutral || pieces[start].homophone && !said {
                start += 1;
                continue;
            }
            let mut end = start + 1;
            while end < pieces.len() && joins(plain, &pieces[end - 1], &pieces[end]) {
                end += 1;
            }
            while end > start + 1
                && pieces[end - 1].homophone
                && pieces[end - 1].plain.start > pieces[end - 2].plain.end + 2
            {
                end -= 1;
            }
            let linked = linked_end(plain, &pieces, start, end);
            if linked > end
                && let Some(found) = self.linked_phone(text, regions, &pieces[start..linked])
            {
                findings.found.push(found);
                end = linked;
            } else if let Some(found) = imitated_card(text, &pieces[start..end])
                .or_else(|| self.phone(text, cues, regions, &pieces[start..end]))
            {
                findings.found.push(found);
            }
            start = end;
        }
    }

    fn phone(&self, text: &Text, cues: &[Cue], regions: &[&str], pieces: &[Piece]) -> Option<Found> {
        let plus = pieces[0].plus;
        let digits = dialled(text.plain.as_str(), pieces);
        if !(FEWEST..=MOST).contains(&digits.len()) || digits.bytes().all(|b| b == b'0') {
            return None;
        }
        let plain_range = pieces[0].plain.start..pieces[pieces.len() - 1].plain.end;
        let range = with_plus(text, &plain_range, plus);
        let figures = pieces.iter().filter(|piece| !piece.spelled).count();
        let spelled = figures < pieces.len();
        // Few number words in running talk are counts, not a telephone number.
        if spelled
            && pieces.iter().filter(|piece| piece.digits.len() <= 2).count() < 3
            && figures == 0
            && digits.len() < 9
        {
            return None;
        }
        let name = |kind| matches!(kind, CueKind::App { .. });
        let near_name = cue_before(cues, range.start, VOUCHES, name).is_some();
        let beside_name = cue_before(cues, range.start, 6, name).is_some();
        let vouched = cue_before(cues, range.start, VOUCHES, vouches).is_some()
            || cue_after(cues, range.end, VOUCHES / 2, vouches).is_some();
        let alone = stands_alone(text, &range);
        let tried = if alone { self.plans_to_try(regions) } else { regions.to_vec() };
        // Nothing that a numbering plan could say would make it certain.
        let plain_count = pieces.len() == 1 && digits.len() < 9 && !(plus || alone || near_name || vouched);
        // Nor is a short count anybody's number where nothing speaks of contact.
        if plain_count && !spelled && !cues.iter().any(|cue| speaks_of_contact(cue.kind)) {
            return None;
        }
        // Signs that are to be left out are what the words of decoding speak of.
        let broken = is_broken_up(text.plain.as_str(), pieces);
        let backwards =
            cues.iter().any(|cue| cue.kind == CueKind::Decode) && !plus && !is_parted(text.plain.as_str(), pieces);
        let reversed = backwards.then(|| read_backwards(&digits, &tried)).flatten();
        let is_reversed = reversed.is_some();
        let written = Written { digits: &digits, plus, groups: lengths(pieces), known: !regions.is_empty() };
        let plan = reversed.or_else(|| if plain_count { None } else { validate(&written, &tried) });
        // Leading zeros that no numbering plan knows belong to identifiers.
        if digits.starts_with("00") && plan.is_none() {
            return None;
        }
        let leet = pieces.iter().any(|piece| piece.leet);
        if leet && !is_imitated(text.plain.as_str(), pieces) {
            return None;
        }
        let tidy = is_tidy(text.plain.as_str(), pieces);
        let hidden = leet || undone_in(text, &range).is_some();
        if !(plus || vouched || spelled || hidden) && (plan.is_none() && !tidy || is_cut_off(pieces)) {
            return None;
        }
        // Grouped as people group telephone numbers, or with a trunk zero.
        let split = pieces.len() >= 2;
        let grouped =
            split && is_grouping(pieces) || digits.starts_with('0') && digits.len() >= 9 && !is_part_number(pieces);
        let mobile = plan.as_ref().is_some_and(|plan| plan.mobile);
        let whole = plan.as_ref().is_some_and(|plan| plan.whole);
        let trunk = digits.starts_with('0') && !digits.starts_with("00") && (9..=12).contains(&digits.len());
        let local = pieces.len() == 2 && pieces[0].digits.len() == 3 && pieces[1].digits.len() == 4;
        // Of a number that no word speaks of, only its plan and its form can tell.
        let formed = tidy && digits.trim_start_matches("00").len() <= LONGEST_UNHINTED;
        let usual = plan.as_ref().is_some_and(|plan| plan.usual) || written.is_trunk_call();
        // Digits that unusual signs keep apart are meant to be hidden.
        let kept_apart = broken && tidy && (mobile || plan.is_some() && written.is_spelled_out() && !is_count(&digits));
        let sure = vouched
            || is_reversed
            || hidden && (plan.is_some() || !leet && digits.len() >= 9)
            || spelled && digits.len() >= 8 && (mobile || is_read_out(text.plain.as_str(), pieces))
            || plus && digits.len() >= 9
            || kept_apart
            || beside_name && digits.len() >= 8 && (mobile || split)
            || formed
                && if alone {
                    usual || local || written.known && grouped && (plan.is_some() || trunk)
                } else {
                    plan.is_some()
                        && (near_name && (mobile || split)
                            || grouped && (trunk || mobile && whole)
                            || mobile && digits.len() >= 11)
                };
        // Figures of which nobody can tell the country are anything, and so are two groups that
        // their country would not write so, where nothing speaks of contact.
        let spoken_of = spelled || hidden || cues.iter().any(|cue| speaks_of_contact(cue.kind));
        let foreign = pieces.len() == 2 && !(whole || spoken_of);
        if !sure && (alone && !written.known || foreign) {
            return None;
        }
        let value = plan.map(|plan| plan.e164);
        let disguise = if is_reversed {
            Some(EvasionKind::Reversed)
        } else if spelled {
            Some(EvasionKind::SpelledDigits)
        } else if leet {
            Some(EvasionKind::Leet)
        } else {
            undone_in(text, &range).or(broken.then_some(EvasionKind::Spacing))
        };
        Some(Found {
            kind: EntityKind::Phone,
            range,
            valid: value.is_some(),
            value: value.unwrap_or_else(|| if plus { format!("+{digits}") } else { digits }),
            disguise,
            sure,
            host: None,
        })
    }
}

impl Extractor {
    /// The numbering plans of the message's languages, or the usual ones where none is known.
    fn plans_to_try<'r>(&'r self, regions: &[&'r str]) -> Vec<&'r str> {
        if regions.is_empty() { self.default_regions.iter().map(String::as_str).collect() } else { regions.to_vec() }
    }

    /// A number in groups with a word between them: `first 0770, then 900 then 1234`.
    /// Only what a numbering plan knows as somebody's telephone is believed.
    fn linked_phone(&self, text: &Text, regions: &[&str], pieces: &[Piece]) -> Option<Found> {
        let plus = pieces[0].plus;
        let digits = dialled(text.plain.as_str(), pieces);
        let tried = self.plans_to_try(regions);
        if !(FEWEST_LINKED..=MOST).contains(&digits.len()) {
            return None;
        }
        let written = Written { digits: &digits, plus, groups: lengths(pieces), known: true };
        let plan = validate(&written, &tried).filter(|plan| plan.mobile)?;
        Some(Found {
            kind: EntityKind::Phone,
            range: with_plus(text, &(pieces[0].plain.start..pieces[pieces.len() - 1].plain.end), plus),
            value: plan.e164,
            valid: true,
            disguise: Some(EvasionKind::Spacing),
            sure: true,
            host: None,
        })
    }
}

/// A payment card in whose groups letters stand for digits.
fn imitated_card(text: &Text, pieces: &[Piece]) -> Option<Found> {
    let number: String = pieces.iter().map(|piece| piece.digits.as_str()).collect();
    let grouped = pieces.iter().all(|piece| piece.digits.len() % 4 == 0 && !piece.spelled);
    let imitated = pieces.iter().filter(|piece| piece.leet).count() >= 2;
    (number.len() == CARD && grouped && imitated && number.starts_with(['2', '3', '4', '5', '6'])).then(|| Found {
        kind: EntityKind::Card,
        range: text.plain.original(pieces[0].plain.start..pieces[pieces.len() - 1].plain.end),
        valid: Check::Luhn.passes(&number),
        value: number,
        disguise: Some(EvasionKind::Leet),
        sure: true,
        host: None,
    })
}

/// Where the groups end that follow from `end` on, each behind a word or two; `end`
/// where none does, or where the first group does not begin as a number is dialled.
fn linked_end(plain: &str, pieces: &[Piece], start: usize, end: usize) -> usize {
    let (first, mut last) = (&pieces[start], end);
    if !first.plus && !first.digits.starts_with('0') || first.spelled {
        return end;
    }
    let pieces = &pieces[..pieces.len().min(start + MOST)];
    while last < pieces.len() && is_link(plain, &pieces[last - 1], &pieces[last]) {
        last += 1;
        while last < pieces.len() && joins(plain, &pieces[last - 1], &pieces[last]) {
            last += 1;
        }
    }
    last
}

/// Whether a word or two that end no sentence stand between two groups of digits.
fn is_link(plain: &str, left: &Piece, right: &Piece) -> bool {
    let gap = plain.get(left.plain.end..right.plain.start).unwrap_or("");
    let letters = gap.chars().filter(|c| c.is_alphabetic()).count();
    !right.neutral
        && !right.plus
        && !right.spelled
        && left.digits.len() <= LONGEST_GROUP
        && right.digits.len() <= LONGEST_GROUP
        && (1..=LINK).contains(&letters)
        && gap.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '،' | '、' | '-' | '\u{300}'..='\u{36f}'))
        && gap.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count() <= 2
}

/// The digits as they are dialled: a trunk zero in brackets behind a country code,
/// as in `+44 (0)20`, is left out.
fn dialled(plain: &str, pieces: &[Piece]) -> String {
    let international = pieces[0].plus || pieces[0].digits.starts_with("00");
    let optional = |piece: &Piece| {
        piece.digits == "0" && plain[..piece.plain.start].ends_with('(') && plain[piece.plain.end..].starts_with(')')
    };
    let said = pieces.iter().filter(|piece| !(international && optional(piece)));
    said.map(|piece| piece.digits.as_str()).collect()
}

/// The original range of a number, its plus included.
fn with_plus(text: &Text, plain: &Range<usize>, plus: bool) -> Range<usize> {
    let mut range = text.plain.original(plain.clone());
    if plus && let Some(sign) = text.plain.as_str()[..plain.start].rfind('+') {
        range.start = text.plain.original(sign..sign + 1).start;
    }
    range
}

/// What a number says from its end, where it says nothing from its beginning.
fn read_backwards(digits: &str, regions: &[&str]) -> Option<Plan> {
    let reversed: String = digits.chars().rev().collect();
    let opens = |digits: &str| digits.starts_with('0') && !digits.starts_with("00");
    if opens(digits) && !opens(&reversed) {
        return None;
    }
    let written = Written { digits: &reversed, plus: false, groups: vec![reversed.len()], known: true };
    validate(&written, regions).filter(|plan| plan.mobile)
}

fn speaks_of_contact(kind: CueKind) -> bool {
    matches!(
        kind,
        CueKind::Phone
            | CueKind::App { .. }
            | CueKind::Contact
            | CueKind::Reach
            | CueKind::Id
            | CueKind::Email
            | CueKind::Rail { .. }
            | CueKind::Decode
    )
}

/// A number as it is written.
struct Written<'d> {
    digits: &'d str,
    plus: bool,
    /// How many digits each of its groups has.
    groups: Vec<usize>,
    /// The plans to try are those of the message's own languages.
    known: bool,
}

/// How many digits each group has.
fn lengths(pieces: &[Piece]) -> Vec<usize> {
    pieces.iter().map(|piece| piece.digits.len()).collect()
}

impl Written<'_> {
    /// In groups that tell a telephone number: not all of three digits, which is how
    /// any figure is written.
    fn is_grouped(&self) -> bool {
        let groups = &self.groups;
        (2..).contains(&groups.len())
            && groups.iter().all(|&len| len <= LONGEST_LAST)
            && groups.iter().any(|&len| len != 3)
    }

    /// Written digit by digit.
    fn is_spelled_out(&self) -> bool {
        self.groups.len() > 1 && self.groups.iter().all(|&len| len == 1)
    }

    /// Begins with one zero and goes on as long as a number dialled within a country, in
    /// groups where it is so short as an identifier.
    fn is_trunk_call(&self) -> bool {
        let zeros = self.digits.bytes().take_while(|&b| b == b'0').count();
        let whole = self.groups.len() == 1;
        zeros == 1
            && match self.digits.len() {
                9 => self.is_grouped(),
                10..=12 => whole || self.groups.iter().all(|&len| len <= LONGEST_LAST),
                _ => false,
            }
    }
}

/// What the numbering plans say of a number.
struct Plan {
    e164: String,
    mobile: bool,
    /// Written with all that is dialled, or in the country's own groups.
    whole: bool,
    /// Nobody would take the number for anything else, where nothing else is written.
    usual: bool,
}

impl Plan {
    fn of(written: &Written, region: Option<Region>, number: &str) -> Option<Self> {
        let parsed = PHONE_NUMBER_UTIL.parse(number, region).ok()?;
        if !parsed.is_valid() {
            return None;
        }
        let kind = PHONE_NUMBER_UTIL.get_number_type(&parsed);
        let national = parsed.format_as(PhoneNumberFormat::National).to_string();
        let digits = written.digits.len();
        let mobile = matches!(kind, PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile);
        // With all that is dialled within the country, or with its code.
        let whole = region.is_none() || digits >= national.bytes().filter(u8::is_ascii_digit).count();
        let split = written.groups.len() > 1;
        let long = digits >= LONG || digits >= LONG - 1 && written.digits.starts_with('0');
        let short_groups = || written.groups.iter().all(|len| (2..=4).contains(len));
        let dialled = if split { written.is_spelled_out() || short_groups() } else { long };
        let own = kind == PhoneNumberType::Mobile && (written.known || whole && dialled);
        let own_groups = is_grouped_as(&written.groups, &national);
        let usual = own || mobile && written.is_grouped() && own_groups || written.digits.starts_with("00");
        let whole = whole || own_groups;
        Some(Self { e164: parsed.format_as(PhoneNumberFormat::E164).to_string(), mobile, whole, usual })
    }
}

/// Whether the groups are those of the country's own way to write the number; what is
/// dialled first may be left out.
fn is_grouped_as(groups: &[usize], national: &str) -> bool {
    let usual = national.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|&len| len > 0);
    let usual: Vec<usize> = usual.collect();
    let (Some((first, rest)), Some((led, tail))) = (groups.split_first(), usual.split_first()) else { return false };
    rest == tail && (first == led || first + 1 == *led) || groups == tail
}

/// Tries a number internationally and in each of the regions.
fn validate(written: &Written, regions: &[&str]) -> Option<Plan> {
    let digits = written.digits;
    let abroad = |number: &str| Plan::of(written, None, &format!("+{number}"));
    if written.plus {
        return abroad(digits).or_else(|| abroad(&without_old_prefix(digits)?));
    }
    if let Some(rest) = digits.strip_prefix("00")
        && let Some(plan) = abroad(rest)
    {
        return Some(plan);
    }
    let all = regions.iter().filter_map(|region| Plan::of(written, Some(region.parse().ok()?), digits));
    let national = all.fold(None, |best: Option<Plan>, plan| match best {
        Some(known) if (known.usual, known.mobile) >= (plan.usual, plan.mobile) => Some(known),
        _ => Some(plan),
    });
    if national.as_ref().is_some_and(|plan| plan.usual) || digits.len() < 11 || digits.starts_with('0') {
        return national;
    }
    // A country code without its plus, as people type it into a chat.
    let abroad = if written.known && national.is_some() { None } else { abroad(digits) };
    abroad.filter(|plan| plan.usual || national.is_none()).or(national)
}

/// A Mexican mobile number as it was dialled until 2019, which is still written so.
fn without_old_prefix(digits: &str) -> Option<String> {
    let rest = digits.strip_prefix("521").filter(|rest| rest.len() == 10)?;
    Some(format!("52{rest}"))
}

/// Groups of two to five digits, the last not the shortest by far: no part
/// number's habit.
fn is_grouping(pieces: &[Piece]) -> bool {
    pieces.len() >= 3 && pieces.iter().all(|piece| piece.spelled || (2..=4).contains(&piece.digits.len()) || piece.plus)
        || pieces.len() == 2 && (2..=5).contains(&pieces[0].digits.len()) && (5..=8).contains(&pieces[1].digits.len())
        || pieces.iter().all(|piece| piece.digits.len() == 1)
        || pieces.iter().filter(|piece| piece.digits.len() == 1).count() == 1
}

/// A long group and a shorter one after it, as in `010-10609-00`: no telephone
/// number is grouped so.
fn is_part_number(pieces: &[Piece]) -> bool {
    pieces.windows(2).any(|pair| {
        let (long, short) = (pair[0].digits.len(), pair[1].digits.len());
        !pair[1].spelled && long >= 4 && short < 3
    })
}

/// `1 2 3 4 5 6 7 8 9` and the like.
fn is_count(digits: &str) -> bool {
    digits.as_bytes().windows(2).filter(|pair| pair[1].wrapping_sub(pair[0]) != 1).count() <= 1
}

/// A long group and one or two digits that end the number: a part number's check.
fn is_cut_off(pieces: &[Piece]) -> bool {
    let [.., long, short] = pieces else { return false };
    long.digits.len() >= 5 && short.digits.len() < 3
}

/// Whether the signs between the groups are all of one sort, as people type a number
/// that they don't hide; a bar may stand behind the area code.
fn is_tidy(plain: &str, pieces: &[Piece]) -> bool {
    let mut sign = None;
    let singles = pieces.iter().filter(|piece| piece.digits.len() == 1).count();
    singles >= FEWEST_SINGLES
        || pieces.windows(2).enumerate().all(|(at, pair)| {
            gap(plain, &pair[0], &pair[1]).chars().all(|c| match c {
                '/' if at == 0 => true,
                '–' | '‐' | '‑' | 'ー' => *sign.get_or_insert('-') == '-',
                '=' => false,
                '(' | ')' => true,
                _ if c.is_alphabetic() || c.is_whitespace() => true,
                _ => *sign.get_or_insert(c) == c,
            })
        })
}

/// Whether letters stand for digits as somebody hides a number: the letters that are
/// read as such at sight, or others in several groups. One S or B is a maker's code.
fn is_imitated(plain: &str, pieces: &[Piece]) -> bool {
    let codes = |c: char| matches!(c, 's' | 'S' | 'z' | 'Z' | 'B' | 'b' | 'G');
    let letters = |piece: &&Piece| piece.leet && plain[piece.plain.clone()].contains(codes);
    let plainly =
        |piece: &Piece| piece.leet && plain[piece.plain.clone()].contains(|c: char| c.is_alphabetic() && !codes(c));
    pieces.iter().any(plainly) || pieces.iter().filter(letters).count() >= 2
}

/// Whether digits are read out one after the other: no other words among them, or the
/// same one again and again.
fn is_read_out(plain: &str, pieces: &[Piece]) -> bool {
    let words = |pair: &[Piece]| gap(plain, &pair[0], &pair[1]).trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let mut fillers: Vec<String> = pieces.windows(2).map(words).filter(|words| !words.is_empty()).collect();
    let count = fillers.len();
    fillers.sort_unstable();
    fillers.dedup();
    count * 3 <= pieces.len() * 2 || fillers.len() == 1
}

fn vouches(kind: CueKind) -> bool {
    matches!(kind, CueKind::Phone | CueKind::App { sure: true, .. })
}

/// Whether two runs of digits belong to one number.
fn joins(plain: &str, left: &Piece, right: &Piece) -> bool {
    if right.neutral || right.plus {
        return false;
    }
    let gap = plain.get(left.plain.end..right.plain.start).unwrap_or("");
    if gap.chars().count() > 10 {
        return false;
    }
    let mixed = left.spelled || right.spelled;
    // A word such as "to" or "for" is a digit only among digits that are said.
    if left.homophone && !(right.spelled || right.digits.len() == 1)
        || right.homophone && !(left.spelled || left.digits.len() == 1)
    {
        return false;
    }
    if left.digits.len() == 1 && right.digits.len() == 1 && is_sign_and_letter(gap) {
        return true;
    }
    let short = left.digits.len() <= 3 && right.digits.len() <= 3;
    let mut lines = 0;
    let mut letters = 0;
    for c in gap.chars() {
        match c {
            '\n' => lines += 1,
            ',' | '，' | '、' | ';' | ':' if !mixed && gap.len() > 1 => return false,
            // A word or two of filler between digits that are said.
            _ if c.is_alphabetic() && left.spelled && right.spelled && letters < FILLER => letters += 1,
            'ー' => {}
            _ if c.is_alphanumeric() => return false,
            '$' | '€' | '£' | '%' | '@' | '+' | '!' | '?' if !mixed => return false,
            _ => {}
        }
    }
    (lines == 0 || lines == 1 && (short || mixed)) && gap.chars().filter(|&c| c == ' ').count() <= 4
}

/// A letter or two between two signs of one sort, as in `3~k~0`.
fn is_sign_and_letter(gap: &str) -> bool {
    let mut chars = gap.chars();
    let (Some(first), Some(last)) = (chars.next(), chars.next_back()) else { return false };
    let sign = first == last && !first.is_alphanumeric() && !first.is_whitespace() && !matches!(first, '.' | ',');
    sign && (1..=2).contains(&chars.as_str().chars().count()) && chars.all(char::is_alphabetic)
}

/// Separators between single digits, or unusual ones, are a disguise.
fn is_broken_up(plain: &str, pieces: &[Piece]) -> bool {
    let singles = pieces.iter().filter(|piece| piece.digits.len() == 1 && !piece.spelled).count();
    singles >= FEWEST_SINGLES || is_parted(plain, pieces)
}

/// Whether signs stand between the groups that nobody groups a number with.
fn is_parted(plain: &str, pieces: &[Piece]) -> bool {
    let usual = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '–');
    pieces.windows(2).any(|pair| gap(plain, &pair[0], &pair[1]).chars().any(|c| !usual(c)))
}

/// Whether nothing but this entity stands in the text.
pub(crate) fn stands_alone(text: &Text, range: &Range<usize>) -> bool {
    let plain = text.plain.as_str();
    let inside = text.plain.within(range);
    let quiet = |part: &str| !part.chars().any(char::is_alphanumeric);
    plain.get(..inside.start).is_some_and(quiet) && plain.get(inside.end..).is_some_and(quiet)
}
