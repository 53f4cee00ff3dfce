//! The compiled pack: its words, the entity extractors, and the rules over both.

mod compile;
mod names;
mod signs;
mod window;

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use crate::entity::{self, Cue, EntityKind, Extractor, Findings, Found, phone};
use crate::rules::{Carries, Scope};
use crate::text::{EvasionKind, Segments, Squashed, Text};
pub(crate) use crate::vocabulary::Source;
use crate::vocabulary::{Atom, AtomList, CueKind, Hit, Letters, Vocabulary, languages_of};
use names::Names;
use window::Near;

/// The longest message that can be a bare piece of a number, in bytes.
const LONGEST_PIECE: usize = 96;

/// How many words a message has that is a name and little else.
const SHORT: usize = 3;

/// The most letters of one word that count for its language.
const LONGEST_COUNTED: u32 = 24;

/// The most bytes of a strong word that may be another language's by chance.
const SHORT_WORD: usize = 9;

/// A strong word of fewer bytes is another language's more often than not.
const SHORTEST_WORD: usize = 3;

/// The fewest number words that look like a number read out.
const FEWEST_SPOKEN: usize = 6;

/// A rule, ready to be tried.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    /// The index of the rule in the pack.
    pub index: usize,
    pub signal: usize,
    pub weight: f64,
    alternatives: Vec<Conjunction>,
    pattern: Option<Regex>,
    within: u32,
    scope: Scope,
    /// One phrase may fill several groups.
    shared: bool,
    /// Bits of the kinds of neutralisers that exempt it.
    unless: u32,
}

/// A neutraliser, ready to be tried.
#[derive(Debug)]
pub(crate) struct CompiledNeutraliser {
    /// The index of the neutraliser in the pack.
    pub index: usize,
    alternatives: Vec<Conjunction>,
    within: u32,
    scope: Scope,
    exempts: Scope,
    carries: Option<Carries>,
    kind: u32,
}

/// Groups that must stand together.
#[derive(Debug)]
struct Conjunction {
    groups: Vec<AtomGroup>,
    absent: Vec<Atom>,
    /// Absent even where it is exempt.
    banned: Vec<Atom>,
}

#[derive(Debug)]
struct AtomGroup {
    atoms: Vec<Atom>,
    after_previous: bool,
    /// The most words between it and the group before it, if not the rule's own.
    within: Option<u32>,
}

/// A rule that fired, and where.
#[derive(Debug)]
pub(crate) struct Fired {
    /// The index of the compiled rule.
    pub rule: usize,
    /// Original ranges, ascending, not meeting.
    pub spans: Vec<Range<usize>>,
    /// Indexes of the entities it used.
    pub entities: Vec<usize>,
}

/// A neutraliser that applied, and the clauses it exempts.
#[derive(Debug)]
pub(crate) struct Neutralised {
    /// The index of the compiled neutraliser.
    pub neutraliser: usize,
    /// Original ranges of the words that made it.
    pub spans: Vec<Range<usize>>,
}

/// The buffers of one thread, reused from message to message.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub text: Text,
    pub hits: Vec<Hit>,
    pub findings: Findings,
    pub segments: Segments,
    pub fired: Vec<Fired>,
    pub neutralised: Vec<Neutralised>,
    letters: Letters,
    squashed_letters: Letters,
    squashed: Squashed,
    cues: Vec<Cue>,
    breaks: Vec<u32>,
    masks: Vec<u32>,
    /// Clause, original offset and kind of what is exempt from there on.
    onward: Vec<(usize, usize, u32)>,
    present: Vec<u64>,
    language_scores: Vec<u32>,
    /// How far the words of each language reach.
    covered: Vec<usize>,
    /// Where words of the message's own language stand, in order.
    own_ranges: Vec<(usize, usize)>,
}

/// The kinds of neutralisers, as bits, by which a message exempts those after it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Carried {
    /// Whoever writes them.
    pub all: u32,
    /// Those of the same sender.
    pub sender: u32,
}

/// What the messages before one tell of it.
#[derive(Debug, Default)]
pub(crate) struct Context<'c> {
    /// The kinds of neutralisers, as bits, that they carry over.
    pub carried: u32,
    /// Where one message ends and the next begins, in a text made of several.
    pub joints: &'c [usize],
}

/// What in a message can open a finding, before anything else of it is looked at.
#[derive(Debug, Default)]
struct Openings {
    /// Number words side by side, and the digits that they say.
    numbers: usize,
    said: usize,
    /// Words for the signs of addresses; one within a domain counts as two.
    joints: usize,
    /// A strong word.
    strong: bool,
    /// A word for a name or number: `id: lily_88` has no strong word, but a handle may follow.
    labelled: bool,
}

/// The pack, compiled.
#[derive(Debug)]
pub(crate) struct Matcher {
    pub vocabulary: Arc<Vocabulary>,
    /// The languages that are read, as bits.
    wanted: u64,
    pub extractor: Extractor,
    pub rules: Vec<CompiledRule>,
    pub neutralisers: Vec<CompiledNeutraliser>,
    pub atom_names: Vec<String>,
    /// The numbering plans of each language.
    regions: Vec<Vec<String>>,
    known: KnownAtoms,
    names: Names,
}

/// Atoms that the engine itself makes or looks at.
#[derive(Debug)]
struct KnownAtoms {
    yields: Vec<Atom>,
    claimable: Vec<Atom>,
    /// Concepts of neutralisers.
    sparing: Vec<Atom>,
    claims: Vec<Atom>,
    silences: Vec<Atom>,
    clause_break: Option<Atom>,
    /// The concept of words that only tell the language.
    common: Option<Atom>,
    /// Concepts that announce contact details to come.
    announcers: Vec<Atom>,
    /// What marks digits said among words.
    digits: AtomList,
    /// Stands beside a name in a message of few words.
    brief: AtomList,
    /// A figure that may be a price, and the mark that ends a question.
    price: AtomList,
    question: AtomList,
    /// Concepts that strengthen a finding: excuses and pressure.
    pretexts: Vec<Atom>,
    /// For each kind of entity: plain, alone, disguised, sure.
    entities: Vec<[Option<Atom>; 4]>,
    /// Links by kind of host.
    hosts: Vec<(String, Atom)>,
}

impl Matcher {
    /// Runs all stages on one message; what was found is left in `scratch`.
    /// Returns false when nothing in the message could make a finding.
    ///
    /// Within a conversation the loose digits of short messages are wanted as well.
    pub fn run(
        &self,
        original: &str,
        hint: Option<&str>,
        context: Option<&Context<'_>>,
        scratch: &mut Scratch,
    ) -> bool {
        scratch.hits.clear();
        scratch.fired.clear();
        scratch.neutralised.clear();
        scratch.findings.found.clear();
        scratch.findings.neutral.clear();
        scratch.findings.loose_digits = 0;
        self.vocabulary.folder.fold(original, &mut scratch.text);
        self.vocabulary.lexicon.find_openers(&scratch.text, self.wanted, &mut scratch.letters, &mut scratch.hits);
        let Openings { numbers, said, joints, mut strong, labelled } = self.openings(&scratch.text, &scratch.hits);
        if scratch.text.disguised {
            let plain = scratch.hits.len();
            scratch.squashed.fill(&self.vocabulary.folder, &scratch.text);
            self.vocabulary.lexicon.find_squashed(
                &scratch.squashed,
                self.wanted,
                &mut scratch.squashed_letters,
                &mut scratch.hits,
            );
            strong |= scratch.hits.len() > plain;
        }
        let triggered = Extractor::is_triggered(&scratch.text, said, joints);
        // A lone digit says nothing by itself but may be a piece of a number.
        let piece = context.is_some() && original.len() <= LONGEST_PIECE && (scratch.text.digits > 0 || numbers > 0);
        if !strong && !labelled && !triggered && !piece {
            return false;
        }
        self.vocabulary.lexicon.find_others(&scratch.text, &scratch.letters, &mut scratch.hits);
        self.filter_languages(original, hint, scratch);
        if !self.is_possible(triggered || numbers >= FEWEST_SPOKEN, scratch) && !triggered && !piece {
            return false;
        }
        self.swallow(&mut scratch.hits);
        self.find_entities(hint, context.map_or(&[], |context| context.joints), scratch);
        if !strong && !labelled && scratch.findings.found.is_empty() {
            return false;
        }
        self.segment(original, scratch);
        self.mark_disguise(scratch);
        self.mark_signs(original, scratch);
        self.place(scratch);
        self.neutralise(context.map_or(0, |context| context.carried), scratch);
        self.apply_rules(scratch);
        !scratch.fired.is_empty()
    }

    /// What a message exempts in those after it, though nothing be found in itself.
    pub fn carried(&self, original: &str, scratch: &mut Scratch) -> Carried {
        scratch.hits.clear();
        scratch.neutralised.clear();
        self.vocabulary.folder.fold(original, &mut scratch.text);
        self.vocabulary.lexicon.find_openers(&scratch.text, self.wanted, &mut scratch.letters, &mut scratch.hits);
        self.vocabulary.lexicon.find_others(&scratch.text, &scratch.letters, &mut scratch.hits);
        self.filter_languages(original, None, scratch);
        self.swallow(&mut scratch.hits);
        self.find_entities(None, &[], scratch);
        self.segment(original, scratch);
        self.place(scratch);
        self.neutralise(0, scratch)
    }

    /// What the words that can open a finding amount to.
    fn openings(&self, text: &Text, hits: &[Hit]) -> Openings {
        let mut openings = Openings::default();
        let mut last_number = 0;
        for hit in hits {
            openings.strong |= hit.strong;
            match hit.cue() {
                Some(CueKind::Number { value, .. }) if hit.range.start >= last_number => {
                    last_number = hit.range.end;
                    openings.numbers += 1;
                    openings.said += self.extractor.values.get(usize::from(value)).map_or(0, String::len);
                }
                Some(CueKind::Dot) if self.extractor.joins_domain(text, &hit.range) => openings.joints += 2,
                Some(CueKind::Dot | CueKind::At | CueKind::Mail { .. }) => openings.joints += 1,
                Some(CueKind::Id) => openings.labelled = true,
                _ => {}
            }
        }
        openings
    }

    /// Whether the words of the message, and the entities it could hold, are enough
    /// for any rule at all: the gate that most messages don't pass.
    fn is_possible(&self, entities: bool, scratch: &mut Scratch) -> bool {
        let present = &mut scratch.present;
        present.clear();
        present.resize(self.atom_names.len() / 64 + 1, 0);
        let mut add = |atom: Atom| present[usize::from(atom / 64)] |= 1 << (atom % 64);
        let mut anchors = false;
        for hit in &scratch.hits {
            anchors |= match hit.cue() {
                Some(CueKind::App { .. } | CueKind::Id | CueKind::Reach | CueKind::Rail { .. }) => true,
                // Words may stand between the digits of a number that is spoken of.
                Some(CueKind::Phone | CueKind::Decode) => scratch.text.digits >= phone::FEWEST,
                _ => false,
            };
            hit.atoms.as_slice().iter().copied().for_each(&mut add);
        }
        if !scratch.text.undone.is_empty() {
            self.vocabulary.lexicon.evasion.as_slice().iter().copied().for_each(&mut add);
        }
        for signs in [self.known.brief, self.known.price, self.known.question] {
            signs.as_slice().iter().copied().for_each(&mut add);
        }
        if entities || anchors {
            self.known.entities.iter().flatten().flatten().copied().for_each(&mut add);
            self.known.hosts.iter().map(|(_, atom)| *atom).for_each(&mut add);
            self.known.digits.as_slice().iter().copied().for_each(&mut add);
        }
        self.rules.iter().any(|rule| rule.alternatives.iter().any(|conjunction| conjunction.may_hold(present)))
    }

    /// The numbering plans to try: the hint's, then those of the languages heard.
    fn find_entities(&self, hint: Option<&str>, joints: &[usize], scratch: &mut Scratch) {
        scratch.cues.clear();
        for hit in &scratch.hits {
            if let Some(kind) = hit.cue() {
                scratch.cues.push(Cue { kind, range: hit.range.clone() });
            }
        }
        scratch.cues.sort_by_key(|cue| (cue.range.start, usize::MAX - cue.range.end));
        scratch.cues.truncate(entity::MOST);
        let mut order: Vec<usize> =
            (0..self.vocabulary.languages.len()).filter(|&i| scratch.language_scores[i] > 0).collect();
        order.sort_by_key(|&i| std::cmp::Reverse(scratch.language_scores[i]));
        order.truncate(2);
        if let Some(hint) = hint.and_then(|hint| self.vocabulary.languages.iter().position(|known| known == hint)) {
            order.retain(|&i| i != hint);
            order.insert(0, hint);
        }
        let regions: Vec<&str> =
            order.iter().filter_map(|&i| self.regions.get(i)).flatten().map(String::as_str).take(16).collect();
        self.extractor.find(&scratch.text, &scratch.cues, &regions, &mut scratch.findings);
        // Nobody sends a price or a size in three messages.
        for found in &mut scratch.findings.found {
            let joined = joints.iter().filter(|&&joint| found.range.start < joint && joint < found.range.end).count();
            found.sure |= found.kind == EntityKind::Phone && found.valid && joined >= 2;
        }
        // The letters of an address are no words.
        let found = &scratch.findings.found;
        let inside = |hit: &Hit| {
            found.iter().any(|found| {
                let address = matches!(
                    found.kind,
                    EntityKind::Email | EntityKind::Link | EntityKind::Handle | EntityKind::Wallet
                );
                address && found.range.start <= hit.range.start && hit.range.end <= found.range.end
            })
        };
        scratch.hits.retain(|hit| !matches!(hit.source, Source::Word { .. }) || !inside(hit));
        for found in &scratch.findings.found {
            let atoms = self.entity_atoms(found, &scratch.text);
            let hit = Hit::new(atoms, found.range.clone(), Source::Entity, found.sure, false);
            scratch.hits.push(hit);
        }
    }

    /// Whether an excuse or pressure stands in the message.
    pub fn has_pretext(&self, hits: &[Hit]) -> bool {
        hits.iter().any(|hit| hit.atoms.as_slice().iter().any(|atom| self.known.pretexts.contains(atom)))
    }

    /// Whether a word stands in the message that announces contact details.
    pub fn announces(&self, hits: &[Hit]) -> bool {
        hits.iter().any(|hit| {
            matches!(
                hit.cue(),
                Some(CueKind::Phone | CueKind::Email | CueKind::Id | CueKind::App { .. } | CueKind::Account)
            ) || hit.atoms.as_slice().iter().any(|atom| self.known.announcers.contains(atom))
        })
    }

    /// Hits for what the fold undid, and for a number hidden among words.
    fn mark_disguise(&self, scratch: &mut Scratch) {
        signs::drop_false_disguise(&mut scratch.hits);
        for undone in &scratch.text.undone {
            if matches!(undone.kind, EvasionKind::Homoglyph | EvasionKind::ZeroWidth | EvasionKind::Symbols) {
                let range = undone.range.clone();
                scratch.hits.push(Hit::new(
                    self.vocabulary.lexicon.evasion,
                    range,
                    Source::Disguise(undone.kind),
                    false,
                    false,
                ));
            }
        }
        if scratch.segments.word_count() <= SHORT
            && let Some(hit) = scratch.hits.iter().find(|hit| hit.is_name() && !hit.ambiguous)
        {
            // Beside the name, not over it.
            let range = hit.range.start..hit.range.start;
            scratch.hits.push(Hit::new(self.known.brief, range, Source::Entity, false, false));
        }
        if scratch.findings.spoken >= FEWEST_SPOKEN
            && !scratch.findings.found.iter().any(|found| found.kind == EntityKind::Phone)
        {
            let mut numbers = scratch.hits.iter().filter(|hit| matches!(hit.cue(), Some(CueKind::Number { .. })));
            if let (Some(first), Some(last)) = (numbers.next(), numbers.next_back()) {
                let range = first.range.start.min(last.range.start)..first.range.end.max(last.range.end);
                scratch.hits.push(Hit::new(self.known.digits, range, Source::Entity, false, false));
            }
        }
    }

    fn entity_atoms(&self, found: &Found, text: &Text) -> AtomList {
        let mut atoms = AtomList::default();
        let variants = &self.known.entities[found.kind as usize];
        let flags = [true, false, found.disguise.is_some(), found.sure];
        for (atom, flag) in variants.iter().zip(flags) {
            if flag && let Some(atom) = atom {
                atoms.push(*atom);
            }
        }
        if let Some(alone) = variants[1]
            && phone::stands_alone(text, &found.range)
        {
            atoms.push(alone);
        }
        if let Some(host) = &found.host
            && let Some((_, atom)) = self.known.hosts.iter().find(|(kind, _)| kind == host)
        {
            atoms.push(*atom);
        }
        atoms
    }

    /// Drops short weak words of languages that the message is not written in:
    /// the same letters are other words there.
    fn filter_languages(&self, original: &str, hint: Option<&str>, scratch: &mut Scratch) {
        let scores = &mut scratch.language_scores;
        scores.clear();
        scores.resize(self.vocabulary.languages.len(), 0);
        // How much of the message each language has words for.
        scratch.hits.sort_by_key(place);
        let covered = &mut scratch.covered;
        covered.clear();
        covered.resize(self.vocabulary.languages.len(), 0);
        for hit in &scratch.hits {
            if let Source::Word { languages, .. } = hit.source {
                // Letters, not bytes: other scripts take two or three for one.
                let width = original[hit.range.start..].chars().next().map_or(1, char::len_utf8);
                for language in languages_of(languages & !self.vocabulary.lexicon.anywhere) {
                    let fresh = hit.range.end.saturating_sub(covered[language].max(hit.range.start));
                    scores[language] += u32::try_from(fresh / width).unwrap_or(u32::MAX).min(LONGEST_COUNTED);
                    covered[language] = covered[language].max(hit.range.end);
                }
            }
        }
        if let Some(at) = hint.and_then(|hint| self.vocabulary.languages.iter().position(|known| known == hint)) {
            scores[at] = scores[at].saturating_mul(2).saturating_add(1);
        }
        let best = scores.iter().copied().max().unwrap_or(0);
        // The languages that reach a share of the best, in tenths.
        let reach = |tenths: u32| {
            let reached = scores
                .iter()
                .enumerate()
                .filter(|&(_, &score)| u64::from(score) * 10 >= u64::from(best) * u64::from(tenths));
            reached.fold(self.vocabulary.lexicon.anywhere, |all, (at, _)| all | 1 << at)
        };
        let (near, likely, possible) = (reach(8), reach(7), reach(5));
        // Where a word of the message's own language stands, no other language's does.
        let own = reach(10) & !self.vocabulary.lexicon.anywhere;
        let own_ranges = &mut scratch.own_ranges;
        own_ranges.clear();
        own_ranges.extend(scratch.hits.iter().filter_map(|hit| match hit.source {
            Source::Word { languages, .. } if languages & own != 0 => Some(place(hit)),
            _ => None,
        }));
        let unvouched = self.unvouched(original, &scratch.hits, &scratch.language_scores, best);
        let text = &scratch.text;
        scratch.hits.retain(|hit| match hit.source {
            Source::Word { languages, .. } if unvouched.contains(&(hit.range.start, hit.range.end, languages)) => false,
            // "(at)" and the dot of a domain are read by everybody, whatever the language.
            Source::Word { cue: Some(cue @ (CueKind::At | CueKind::Dot)), .. }
                if entity::is_bracketed(text, &hit.range)
                    || cue == CueKind::Dot && self.extractor.joins_domain(text, &hit.range) =>
            {
                true
            }
            Source::Word { .. } if self.known.common.is_some_and(|common| hit.atoms.as_slice() == [common]) => false,
            Source::Word { languages, .. } if !hit.strong => {
                let foreign = languages & (own | self.vocabulary.lexicon.anywhere) == 0;
                if foreign && own_ranges.binary_search(&place(hit)).is_ok() {
                    return false;
                }
                // What exempts a clause must be said in the language of the message;
                // long words are rarely another language's by chance.
                let spares = hit.atoms.as_slice().iter().any(|atom| self.known.sparing.contains(atom));
                let needed = match (spares, hit.range.len()) {
                    (true, _) | (false, ..=6) => near,
                    (false, _) => likely,
                };
                languages & needed != 0
            }
            // Strong words of a language that is hardly heard are rarely meant.
            Source::Word { languages, .. } => {
                let needed = match hit.range.len() {
                    n if n > SHORT_WORD => possible,
                    SHORTEST_WORD.. => likely,
                    _ => own | self.vocabulary.lexicon.anywhere,
                };
                languages & needed != 0
            }
            _ => true,
        });
        let sure = if best > 0 { own } else { 0 };
        scratch.hits.retain_mut(|hit| self.names.settle(hit, &scratch.text.folded, sure, near));
    }

    /// Longer words speak for the shorter ones inside them. `hits` are in their order.
    fn swallow(&self, hits: &mut Vec<Hit>) {
        let mut keep = vec![true; hits.len()];
        let is_silent = |hit: &Hit| self.known.silences.iter().any(|atom| hit.atoms.as_slice().contains(atom));
        // A fixed phrase inside a longer strong word is that word's: the idiom "phone
        // without" says nothing in "my phone without the prefix".
        let overruled = |j: usize| {
            let idiom = &hits[j].range;
            hits[..(j + 4).min(hits.len())].iter().rev().take(12).any(|longer| {
                longer.strong
                    && matches!(longer.source, Source::Word { .. })
                    && longer.range.len() > idiom.len()
                    && longer.range.start <= idiom.start
                    && idiom.end <= longer.range.end
            })
        };
        let silences: Vec<bool> = (0..hits.len()).map(|j| is_silent(&hits[j]) && !overruled(j)).collect();
        for i in 0..hits.len() {
            let inner = &hits[i];
            // A longer word that holds this one begins at or before it, near by.
            for j in (0..hits.len().min(i + 8)).rev() {
                let outer = &hits[j];
                if outer.range.start + 96 < inner.range.start {
                    break;
                }
                let contains = outer.range.start <= inner.range.start && inner.range.end <= outer.range.end;
                let meets = outer.range.start < inner.range.end && inner.range.start < outer.range.end;
                let silent = silences[j];
                // A fixed phrase silences a negation that it only overlaps: "shall we not".
                let shorter = outer.range.len() > inner.range.len() || silent && i != j;
                if !meets || !shorter || !matches!(outer.source, Source::Word { .. }) {
                    continue;
                }
                let same = outer.atoms.as_slice().first() == inner.atoms.as_slice().first();
                let is_any = |hit: &Hit, of: &[Atom]| hit.atoms.as_slice().iter().any(|atom| of.contains(atom));
                let yields = is_any(inner, &self.known.yields);
                // A phrase that ends in a label, such as "purchase order", still labels the
                // number after it.
                let labels = inner.cue() == Some(CueKind::NumberLabel) && inner.range.end == outer.range.end;
                let number = matches!(inner.cue(), Some(CueKind::Number { .. })) || silent && labels;
                let claimed =
                    is_any(inner, &self.known.claimable) && is_any(outer, &self.known.claims) || silent && yields;
                let swallowed = contains
                    && (same || silent || yields || inner.ambiguous && is_any(outer, &self.known.sparing))
                    || claimed;
                if swallowed && !number {
                    keep[i] = false;
                    break;
                }
            }
        }
        let mut flags = keep.into_iter();
        hits.retain(|_| flags.next().unwrap_or(true));
    }

    /// Finds words, clauses and sentences; some words begin a clause.
    fn segment(&self, original: &str, scratch: &mut Scratch) {
        scratch.breaks.clear();
        if let Some(clause_break) = self.known.clause_break {
            for hit in &scratch.hits {
                if hit.atoms.as_slice().contains(&clause_break) {
                    scratch.breaks.extend(u32::try_from(hit.range.start));
                }
            }
            scratch.breaks.sort_unstable();
        }
        scratch.segments.fill(original, &scratch.text.folded, &scratch.breaks);
    }

    /// Gives every hit its words, clause and sentence.
    fn place(&self, scratch: &mut Scratch) {
        let segments = &scratch.segments;
        scratch.hits.retain_mut(|hit| {
            hit.first_word = u32::try_from(segments.word(hit.range.start)).unwrap_or(u32::MAX);
            hit.last_word = u32::try_from(segments.word(hit.range.end.saturating_sub(1))).unwrap_or(u32::MAX);
            hit.clause = u32::try_from(segments.clause(hit.range.start)).unwrap_or(u32::MAX);
            let sentence = segments.sentence(hit.range.start);
            hit.sentence = u32::try_from(sentence).unwrap_or(u32::MAX);
            // A word that reaches over the end of a sentence is no word.
            !matches!(hit.source, Source::Word { .. }) || segments.sentence(hit.range.end.saturating_sub(1)) == sentence
        });
        scratch.hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
        scratch.present.clear();
        scratch.present.resize(self.atom_names.len() / 64 + 1, 0);
        for hit in &scratch.hits {
            for &atom in hit.atoms.as_slice() {
                scratch.present[usize::from(atom / 64)] |= 1 << (atom % 64);
            }
        }
    }

    /// Finds what exempts clauses, and tells what of it exempts the next messages as well.
    fn neutralise(&self, context: u32, scratch: &mut Scratch) -> Carried {
        let mut carried = Carried::default();
        scratch.masks.clear();
        scratch.onward.clear();
        scratch.masks.resize(scratch.segments.clause_count(), context);
        for (index, neutraliser) in self.neutralisers.iter().enumerate() {
            for conjunction in &neutraliser.alternatives {
                if !conjunction.may_hold(&scratch.present) {
                    continue;
                }
                let windows = window::all(conjunction, &scratch.hits, neutraliser.near(), |_| true);
                for hits in windows {
                    let spans = hits.iter().map(|&hit| scratch.hits[hit].range.clone()).collect();
                    match neutraliser.exempts {
                        Scope::Message => scratch.masks.iter_mut().for_each(|mask| *mask |= neutraliser.kind),
                        Scope::Sentence | Scope::Neighbours => {
                            for &hit in &hits {
                                for clause in scratch.segments.clauses_of(scratch.hits[hit].sentence as usize) {
                                    scratch.masks[clause] |= neutraliser.kind;
                                }
                            }
                        }
                        Scope::Clause => {
                            for &hit in &hits {
                                scratch.masks[scratch.hits[hit].clause as usize] |= neutraliser.kind;
                            }
                        }
                        // From the first of its words to the end of the clause.
                        Scope::Onward => {
                            if let Some(first) = hits.iter().map(|&hit| scratch.hits[hit].range.start).min() {
                                let clause = scratch.segments.clause(first);
                                scratch.onward.push((clause, first, neutraliser.kind));
                            }
                        }
                    }
                    match neutraliser.carries {
                        Some(Carries::All) => carried.all |= neutraliser.kind,
                        Some(Carries::Sender) => carried.sender |= neutraliser.kind,
                        None => {}
                    }
                    scratch.neutralised.push(Neutralised { neutraliser: index, spans });
                }
            }
        }
        carried
    }

    fn apply_rules(&self, scratch: &mut Scratch) {
        for (index, rule) in self.rules.iter().enumerate() {
            for conjunction in &rule.alternatives {
                if !conjunction.may_hold(&scratch.present) {
                    continue;
                }
                let masks = &scratch.masks;
                let onward = &scratch.onward;
                let free = |hit: &Hit| {
                    let clause = hit.clause as usize;
                    masks[clause] & rule.unless == 0
                        && !onward.iter().any(|&(governed, from, kind)| {
                            governed == clause && hit.range.start >= from && kind & rule.unless != 0
                        })
                };
                let Some(hits) = window::best(conjunction, &scratch.hits, rule.near(), free) else {
                    continue;
                };
                if let Some(pattern) = &rule.pattern
                    && !pattern.is_match(scratch.text.plain.as_str())
                {
                    continue;
                }
                let mut spans: Vec<Range<usize>> = hits.iter().map(|&hit| scratch.hits[hit].range.clone()).collect();
                merge(&mut spans);
                let entities = hits
                    .iter()
                    .filter(|&&hit| scratch.hits[hit].source == Source::Entity)
                    .filter_map(|&hit| {
                        scratch.findings.found.iter().position(|found| found.range == scratch.hits[hit].range)
                    })
                    .collect();
                scratch.fired.push(Fired { rule: index, spans, entities });
                break;
            }
        }
    }
}

impl CompiledRule {
    fn near(&self) -> Near {
        Near { within: self.within, scope: self.scope, shared: self.shared }
    }
}

impl CompiledNeutraliser {
    fn near(&self) -> Near {
        Near { within: self.within, scope: self.scope, shared: false }
    }
}

impl Conjunction {
    /// Whether each group has an atom in the message; the first look, by bits.
    fn may_hold(&self, present: &[u64]) -> bool {
        self.groups
            .iter()
            .all(|group| group.atoms.iter().any(|&atom| present[usize::from(atom / 64)] & 1 << (atom % 64) != 0))
    }
}

/// The order of hits: by their beginnings, the longer before the shorter.
fn place(hit: &Hit) -> (usize, usize) {
    (hit.range.start, usize::MAX - hit.range.end)
}

/// Sorts ranges and joins those that meet.
fn merge(spans: &mut Vec<Range<usize>>) {
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup_by(|next, last| {
        let meets = next.start <= last.end;
        if meets {
            last.end = last.end.max(next.end);
        }
        meets
    });
}
