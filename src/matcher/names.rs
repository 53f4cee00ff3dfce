//! Names that mean one thing in some languages and another thing elsewhere.

use std::collections::HashMap;

use super::{LONGEST_COUNTED, Matcher};
use crate::rules::RulePack;
use crate::text::View;
use crate::vocabulary::{self, Atom, AtomList, Atoms, CueKind, Hit, Source, Vocabulary, languages_of};

/// How many words are asked who vouches for their language: what bounds the work.
const MOST_UNVOUCHED: usize = 16;

/// The fewest letters, in bytes, of the rest of a message that tell its language.
const FEWEST_VOUCHING: u32 = 6;

/// The ambiguous names that depend on the language of the message, by the atom of
/// their app or rail.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_atom: HashMap<Atom, Vec<Local>>,
}

/// One such name.
#[derive(Debug)]
struct Local {
    folded: String,
    /// The languages in which it means nothing else, as bits.
    sure_in: u64,
    /// The languages in which alone it counts; none for all.
    only_in: u64,
    /// What a sure name of its app or rail means.
    sure: AtomList,
}

impl Names {
    pub fn new(pack: &RulePack, vocabulary: &Vocabulary, atoms: &mut Atoms) -> Self {
        let mut by_atom: HashMap<Atom, Vec<Local>> = HashMap::new();
        let all = pack.apps.iter().map(|app| ("app", app)).chain(pack.rails.iter().map(|rail| ("rail", rail)));
        for (base, named) in all {
            let mut locals: Vec<Local> = Vec::new();
            for (listed, is_sure) in [(&named.sure_in, true), (&named.only_in, false)] {
                for (name, languages) in listed {
                    let folded = vocabulary.folder.fold_word(name);
                    let bits = bits_of(languages, vocabulary);
                    let at = locals.iter().position(|known| known.folded == folded).unwrap_or_else(|| {
                        let sure = vocabulary::atoms_of_name(atoms, base, named, true);
                        locals.push(Local { folded, sure_in: 0, only_in: 0, sure });
                        locals.len() - 1
                    });
                    *if is_sure { &mut locals[at].sure_in } else { &mut locals[at].only_in } |= bits;
                }
            }
            if !locals.is_empty() {
                by_atom.insert(atoms.intern(&format!("{base}?.{}", named.id)), locals);
            }
        }
        Self { by_atom }
    }

    /// Makes a name sure where the message's own language, one of `own`, says so; false
    /// where it belongs to languages that are not among those heard. Even a sure one
    /// stays silent inside a longer word.
    pub fn settle(&self, hit: &mut Hit, folded: &View, own: u64, heard: u64) -> bool {
        if !hit.ambiguous || self.by_atom.is_empty() {
            return true;
        }
        let Some(locals) = hit.atoms.as_slice().last().and_then(|atom| self.by_atom.get(atom)) else { return true };
        // A name may have an ending that its language writes onto it.
        let written = &folded.as_str()[folded.within(&hit.range)];
        let Some(local) = locals.iter().find(|local| written.starts_with(local.folded.as_str())) else { return true };
        if local.sure_in & own != 0 {
            hit.atoms = local.sure;
            if let Source::Word { cue: Some(CueKind::App { sure, .. } | CueKind::Rail { sure, .. }), .. } =
                &mut hit.source
            {
                *sure = true;
            }
        }
        local.only_in == 0 || local.only_in & heard != 0
    }
}

impl Matcher {
    /// The words that exempt a name they hold, and that alone speak for their language
    /// where all else of the message is in another: such a word only happens to begin
    /// with the name. The first few, told by their ranges and languages.
    pub(super) fn unvouched(
        &self,
        original: &str,
        hits: &[Hit],
        scores: &[u32],
        best: u32,
    ) -> [(usize, usize, u64); MOST_UNVOUCHED] {
        let mut unvouched = [(0, 0, 0); MOST_UNVOUCHED];
        let spares = |hit: &&Hit| hit.atoms.as_slice().iter().any(|atom| self.known.sparing.contains(atom));
        let mut rest = [0; 64];
        let holds_name = |hit: &&Hit| {
            let within = |other: &Hit| hit.range.start <= other.range.start && other.range.end <= hit.range.end;
            hits.iter().any(|other| other.is_name() && within(other))
        };
        let doubted = hits.iter().filter(spares).take(MOST_UNVOUCHED).filter(holds_name).filter_map(|hit| {
            let Source::Word { languages, .. } = hit.source else { return None };
            let width = original[hit.range.start..].chars().next().map_or(1, char::len_utf8);
            let own = u32::try_from(hit.range.len() / width).unwrap_or(u32::MAX);
            let supported = languages_of(languages)
                .any(|language| scores.get(language).is_some_and(|score| score.saturating_sub(own) * 2 >= best));
            (!supported).then_some((hit, languages))
        });
        for ((hit, languages), slot) in doubted.zip(&mut unvouched) {
            rest.fill(0);
            for other in hits {
                if let Source::Word { languages, .. } = other.source
                    && (other.range.end <= hit.range.start || hit.range.end <= other.range.start)
                {
                    for language in languages_of(languages & !self.vocabulary.lexicon.anywhere) {
                        rest[language] += u32::try_from(other.range.len()).unwrap_or(u32::MAX).min(LONGEST_COUNTED);
                    }
                }
            }
            let most = rest.iter().copied().max().unwrap_or(0);
            if most >= FEWEST_VOUCHING
                && languages_of(languages).all(|at| rest.get(at).is_none_or(|&own| own * 2 < most))
            {
                *slot = (hit.range.start, hit.range.end, languages);
            }
        }
        unvouched
    }
}

fn bits_of(languages: &[String], vocabulary: &Vocabulary) -> u64 {
    languages
        .iter()
        .filter_map(|code| vocabulary.languages.iter().position(|known| known == code))
        .fold(0, |all, language| all | vocabulary::bit(language))
}
