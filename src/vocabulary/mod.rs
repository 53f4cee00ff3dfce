//! The words of a pack, compiled: what a text is folded with and searched for, and what
//! each word means to the rules.
//!
//! It depends on the pack alone, not on a policy, so the built-in one is compiled when
//! the library is built.

mod dictionary;
mod hit;
mod lexicon;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

pub(crate) use hit::{Atom, AtomList, CueKind, Hit, Source};
pub(crate) use lexicon::{Letters, Lexicon};

use crate::rules::{Named, RulePack, Tier, Word};
use crate::text::{Folder, is_unspaced, squash_word};
use dictionary::AffixList;
use lexicon::{Disguisable, Meaning};

/// The fewest letters a word needs to be looked for in disguise.
const DISGUISABLE: usize = 5;
/// The fewest letters with which a mere space inside a word is disguise.
const LONG: usize = 7;

/// What a pack's words amount to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Vocabulary {
    pub folder: Folder,
    pub lexicon: Lexicon,
    /// The names of the atoms that words have.
    pub atoms: Vec<String>,
    /// What number words say.
    pub values: Vec<String>,
    /// The domain of each mail provider that is named in words.
    pub mail: Vec<String>,
    /// Language codes, by the index of their bits.
    pub languages: Vec<String>,
}

impl Vocabulary {
    /// Compiles the words of a pack that has been checked.
    pub fn new(pack: &RulePack) -> Self {
        let folder = Folder::new(&pack.fold, kept_signs(pack));
        let mut atoms = Atoms::default();
        let mut codes: Vec<String> = pack.languages.keys().cloned().collect();
        for number in &pack.numbers {
            if !codes.contains(&number.language) {
                codes.push(number.language.clone());
            }
        }
        // One more, for the names that belong to no language.
        let anywhere = bit(codes.len());
        let (words, values) = gather(pack, &codes, &folder, &mut atoms, anywhere);
        let Words { meanings, mut disguised, .. } = words;
        let key = |(text, word): &(String, Disguisable)| {
            (text.clone(), word.meaning.atoms.as_slice().to_vec(), word.spaces.clone())
        };
        disguised.sort_by_cached_key(key);
        disguised.dedup_by_key(|word| key(word));
        let evasion = atoms.one("evasion");
        let (mut prefixes, mut suffixes) = (AffixList::new(), AffixList::new());
        for (language, code) in codes.iter().enumerate() {
            let Some(known) = pack.languages.get(code) else { continue };
            let languages = bit(language);
            for (list, map) in [(&known.prefixes, &mut prefixes), (&known.suffixes, &mut suffixes)] {
                for affix in list {
                    *map.entry(folder.fold_word(affix)).or_default() |= languages;
                }
            }
        }
        let words: Vec<_> = meanings.into_iter().collect();
        let mail = pack.mail_names.iter().map(|(_, domain)| domain.clone()).collect();
        let lexicon = Lexicon::new(&words, disguised, &prefixes, &suffixes, anywhere, evasion);
        Self { folder, lexicon, atoms: atoms.names, values, mail, languages: codes }
    }
}

/// The words being gathered: meanings by folded text.
struct Words<'f> {
    folder: &'f Folder,
    meanings: BTreeMap<String, Vec<Meaning>>,
    disguised: Vec<(String, Disguisable)>,
}

impl Words<'_> {
    fn add(&mut self, word: &Word, meaning: &Meaning) {
        let folded = self.folder.fold_word(&word.text);
        if folded.is_empty() {
            return;
        }
        let meaning = Meaning { open_start: word.open_start, open_end: word.open_end, ..meaning.clone() };
        if meaning.strong && !meaning.ambiguous {
            let (squashed, spaces) = squash_word(&folded);
            let letters = squashed.chars().count();
            let unspaced = squashed.chars().next().is_some_and(is_unspaced);
            if letters >= if unspaced { 2 } else { DISGUISABLE } && squashed.chars().all(char::is_alphanumeric) {
                let long = letters >= LONG && spaces.is_empty();
                self.disguised.push((squashed, Disguisable { meaning: meaning.clone(), spaces, long }));
            }
        }
        let all = self.meanings.entry(folded).or_default();
        // The same word with the same meaning in several languages is one meaning.
        let same = |known: &&mut Meaning| {
            known.atoms.as_slice() == meaning.atoms.as_slice()
                && known.cue == meaning.cue
                && known.open_end == meaning.open_end
                && known.open_start == meaning.open_start
        };
        match all.iter_mut().find(same) {
            Some(known) => known.languages |= meaning.languages,
            None => all.push(meaning),
        }
    }
}

/// Names of atoms to their numbers.
#[derive(Debug, Default)]
pub(crate) struct Atoms {
    pub names: Vec<String>,
    index: HashMap<String, Atom>,
}

impl Atoms {
    pub fn intern(&mut self, name: &str) -> Atom {
        if let Some(&atom) = self.index.get(name) {
            return atom;
        }
        let atom = Atom::try_from(self.names.len()).unwrap_or(Atom::MAX);
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), atom);
        atom
    }

    /// A list of one atom.
    pub fn one(&mut self, name: &str) -> AtomList {
        let mut list = AtomList::default();
        list.push(self.intern(name));
        list
    }

    pub fn get(&self, name: &str) -> Option<Atom> {
        self.index.get(name).copied()
    }
}

impl From<Vec<String>> for Atoms {
    fn from(names: Vec<String>) -> Self {
        let index = names.iter().zip(0..).map(|(name, atom)| (name.clone(), atom)).collect();
        Self { names, index }
    }
}

/// All words of the pack with their meanings, and the values of number words.
fn gather<'f>(
    pack: &RulePack,
    codes: &[String],
    folder: &'f Folder,
    atoms: &mut Atoms,
    anywhere: u64,
) -> (Words<'f>, Vec<String>) {
    let mut words = Words { folder, meanings: BTreeMap::new(), disguised: Vec::new() };
    let mut values: Vec<String> = Vec::new();
    for (language, code) in codes.iter().enumerate() {
        let language = bit(language);
        if let Some(known) = pack.languages.get(code) {
            for (concept, word) in &known.words {
                let mut list = AtomList::default();
                list.push(atoms.intern(concept));
                let strong = pack.concepts.get(&**concept).is_some_and(|known| known.tier == Tier::Strong);
                words.add(word, &meaning(list, cue_of(concept), strong, false, language));
            }
        }
    }
    for number in &pack.numbers {
        let Some(language) = codes.iter().position(|code| *code == number.language) else { continue };
        let value = values.iter().position(|value| *value == number.value).unwrap_or_else(|| {
            values.push(number.value.clone());
            values.len() - 1
        });
        let cue = CueKind::Number { value: u16::try_from(value).unwrap_or(0), homophone: number.homophone };
        let language = bit(language);
        words.add(&number.word, &meaning(AtomList::default(), Some(cue), false, false, language));
    }
    for (index, app) in pack.apps.iter().enumerate() {
        let cue = CueKind::App { index: u16::try_from(index).unwrap_or(u16::MAX), sure: true };
        add_named(&mut words, atoms, app, "app", cue, anywhere);
    }
    for rail in &pack.rails {
        add_named(&mut words, atoms, rail, "rail", rail_cue(rail), anywhere);
    }
    for (index, (word, _)) in pack.mail_names.iter().enumerate() {
        let cue = CueKind::Mail { index: u16::try_from(index).unwrap_or(u16::MAX) };
        words.add(word, &meaning(AtomList::default(), Some(cue), false, false, anywhere));
    }
    (words, values)
}

fn meaning(atoms: AtomList, cue: Option<CueKind>, strong: bool, ambiguous: bool, languages: u64) -> Meaning {
    Meaning { atoms, cue, strong, ambiguous, open_start: false, open_end: false, languages }
}

/// The bit of a language.
pub(crate) fn bit(language: usize) -> u64 {
    1 << language.min(63)
}

/// The languages of a set of bits.
pub(crate) fn languages_of(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let language = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (language < 64).then_some(language)
    })
}

/// Whether an app or rail answers to more than its kind and id; video tools, other shops
/// and banks don't.
fn is_main(named: &Named, base: &str) -> bool {
    match base {
        "app" => matches!(named.kind.as_str(), "messenger" | "social"),
        _ => named.kind != "bank",
    }
}

/// The atoms of a name of an app or rail, `sure` or ambiguous: `app`, `app?`, `app.kind`,
/// `app.id`, `app?.kind`, `app?.id`.
pub(crate) fn atoms_of_name(atoms: &mut Atoms, base: &str, named: &Named, sure: bool) -> AtomList {
    let main = is_main(named, base);
    let mut list = AtomList::default();
    if main && sure {
        list.push(atoms.intern(base));
    }
    if main {
        list.push(atoms.intern(&format!("{base}?")));
    }
    if sure {
        list.push(atoms.intern(&format!("{base}.{}", named.kind)));
        list.push(atoms.intern(&format!("{base}.{}", named.id)));
    }
    list.push(atoms.intern(&format!("{base}?.{}", named.kind)));
    list.push(atoms.intern(&format!("{base}?.{}", named.id)));
    list
}

/// Adds the names of one app or rail.
fn add_named(words: &mut Words<'_>, atoms: &mut Atoms, named: &Named, base: &str, cue: CueKind, language: u64) {
    let main = is_main(named, base);
    for (list, sure) in [(&named.names, true), (&named.ambiguous, false)] {
        let names = atoms_of_name(atoms, base, named, sure);
        for word in list {
            // Video tools and shops are links' business, not where handles live.
            let cue = match cue {
                CueKind::App { index, .. } if main => Some(CueKind::App { index, sure }),
                CueKind::Rail { bank, .. } => Some(CueKind::Rail { sure, bank }),
                _ => None,
            };
            words.add(word, &meaning(names, cue, true, !sure, language));
        }
    }
}

fn rail_cue(rail: &Named) -> CueKind {
    CueKind::Rail { sure: true, bank: rail.kind == "bank" }
}

fn cue_of(concept: &str) -> Option<CueKind> {
    Some(match concept {
        "at" => CueKind::At,
        "dot" => CueKind::Dot,
        "slash" => CueKind::Slash,
        "unit" => CueKind::Unit,
        "currency" => CueKind::Currency,
        "number_label" => CueKind::NumberLabel,
        "phone" | "call" => CueKind::Phone,
        "email" => CueKind::Email,
        "id" => CueKind::Id,
        "reach_me" => CueKind::Reach,
        "reach" => CueKind::Contact,
        "account" => CueKind::Account,
        "decode" => CueKind::Decode,
        _ => return None,
    })
}

/// Every sign that some word of the pack contains.
fn kept_signs(pack: &RulePack) -> Vec<char> {
    let words = pack.languages.values().flat_map(|language| language.words.iter().map(|(_, word)| word));
    let names = pack.apps.iter().chain(&pack.rails).flat_map(|named| named.names.iter().chain(&named.ambiguous));
    let numbers = pack.numbers.iter().map(|number| &number.word);
    words
        .chain(names)
        .chain(numbers)
        .flat_map(|word| word.text.chars())
        .filter(|c| !c.is_alphanumeric() && !c.is_whitespace() && *c != '\'')
        .collect()
}
