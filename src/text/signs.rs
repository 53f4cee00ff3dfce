//! The signs by which a text shows that it may be disguised, or hold an address or
//! number: gathered character by character while it is folded.

use super::Text;
use super::fold::is;

/// How many characters alone between spaces, in a row, are somebody's spelling.
const FEWEST_LONE: u32 = 5;

/// The sorts of characters that tell words from disguised ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Sort {
    #[default]
    Space,
    Letter,
    Digit,
    Sign,
    Pause,
}

/// What stands next to what: the signs that a word may be disguised.
#[expect(clippy::struct_excessive_bools, reason = "each is its own fact of the text")]
#[derive(Debug, Default)]
pub(super) struct Signs {
    class: Sort,
    before: Sort,
    last: char,
    repeats: u32,
    singles: u32,
    run: u32,
    /// How many letters the last run of letters had.
    letters: u32,
    /// The last letters are of an alphabet that leet imitates.
    alphabet: bool,
    /// The last sign is one that stands for letters.
    sign_joins: bool,
    /// The last digit is one that often opens a disguised word.
    zero_or_four: bool,
    /// Some sign of disguise was seen.
    seen: bool,
    /// A dot with a letter right behind it, as in a domain, or `://`.
    dotted: bool,
    at_sign: bool,
    /// The last sign began with a dot.
    dot: bool,
    /// Characters in a row that stood alone between spaces.
    lone: u32,
    spaced: bool,
    all_digits: usize,
    /// Digits since the last letter, and the most there were between two letters.
    digits: usize,
    most_digits: usize,
}

impl Signs {
    pub fn see(&mut self, c: char, traits: u8) {
        // The Japanese long sound is a dash between digits.
        let letter = traits & is::LETTER != 0 && !(c == 'ー' && self.class == Sort::Digit);
        if letter && self.class == Sort::Letter {
            self.repeats = if c == self.last { self.repeats + 1 } else { 0 };
            self.seen |= self.repeats >= 2;
            self.run += 1;
            self.last = c;
            return;
        }
        if traits & (is::MARK | is::LETTER) == is::MARK {
            // It belongs to the letter before it.
            return;
        }
        let class = match c {
            _ if letter => Sort::Letter,
            '0'..='9' => Sort::Digit,
            ' ' | '\n' | '\t' | '\r' | '\u{3000}' => Sort::Space,
            ',' | '\'' | '"' | '，' | '。' | '、' | '；' | '：' | '！' | '？' | '（' | '）' | '「' | '」' | '،'
            | '؟' | '।' | '“' | '”' | '…' => Sort::Pause,
            _ => Sort::Sign,
        };
        self.repeats = 0;
        if class != self.class {
            if self.class == Sort::Letter {
                self.close_word();
            }
            self.meet(c, class, traits & is::SCRIPTS != 0);
            self.before = self.class;
            self.class = class;
            self.run = 0;
        }
        self.run += 1;
        match class {
            Sort::Sign => {
                self.at_sign |= c == '@';
                self.dot = c == '.' || self.dot && self.run > 1;
                self.sign_joins = matches!(c, '@' | '$' | '!' | '|' | '(' | '+' | '€');
            }
            Sort::Digit => {
                self.zero_or_four = matches!(c, '0' | '1' | '3' | '4' | '5');
                self.all_digits += 1;
                self.digits += 1;
                self.most_digits = self.most_digits.max(self.digits);
            }
            Sort::Letter => {
                self.alphabet = traits & is::SCRIPTS != 0;
                self.digits = 0;
            }
            Sort::Space | Sort::Pause => {}
        }
        self.last = c;
    }

    /// Sees a run of ASCII letters.
    pub fn see_word(&mut self, word: &[u8], traits: u8) {
        let Some((&first, rest)) = word.split_first() else { return };
        self.see(char::from(first), traits);
        let Some(&last) = rest.last() else { return };
        self.seen |= word.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]);
        self.run += u32::try_from(rest.len()).unwrap_or(u32::MAX);
        self.last = char::from(last);
    }

    /// Looks at what begins right behind what has ended.
    fn meet(&mut self, c: char, class: Sort, alphabet: bool) {
        if self.class == Sort::Sign && class == Sort::Letter {
            self.dotted |= self.dot && self.before != Sort::Space || self.last == '/' && self.run >= 3;
        }
        // The full stop of East Asia within Latin letters: `bit。ly`.
        self.dotted |= self.last == '。'
            && self.run == 1
            && self.before == Sort::Letter
            && self.alphabet
            && c.is_ascii_alphabetic();
        if class == Sort::Space {
            let alone = self.run == 1 && self.before == Sort::Space;
            self.lone = if alone { self.lone + 1 } else { 0 };
            let sign = self.class == Sort::Sign && matches!(self.last, '.' | '@' | '/');
            self.spaced |= alone && sign || self.lone >= FEWEST_LONE;
        }
        self.seen |= match (self.before, self.class, class) {
            // A letter after a digit or sign that itself followed a letter: `w4t`, `p@y`, `w.h`.
            (Sort::Letter, Sort::Sign, Sort::Letter) => true,
            (Sort::Letter, Sort::Digit, Sort::Letter) => self.alphabet && alphabet,
            // A letter after a sign or digit that opens the word: `$kype`, `0nline`.
            (_, Sort::Sign, Sort::Letter) => self.sign_joins,
            (_, Sort::Digit, Sort::Letter) => alphabet && self.run == 1 && self.zero_or_four,
            // A letter or two among digits, and a digit that ends a word: `5O5`, `wech4`.
            (Sort::Digit, Sort::Letter, Sort::Digit) => self.run <= 2,
            (_, Sort::Letter, Sort::Digit) => self.alphabet && (3..=6).contains(&self.run),
            _ => false,
        };
        // A character of an East Asian word alone, and the next behind a sign: `微-信`.
        self.seen |= class == Sort::Letter
            && matches!(self.class, Sort::Sign | Sort::Pause)
            && is_east_asian(c)
            && self.letters == 1;
    }

    /// Counts the words of one letter that follow each other: `w h a t`.
    fn close_word(&mut self) {
        self.letters = self.run;
        self.singles = if self.run == 1 { self.singles + 1 } else { 0 };
        self.seen |= self.singles >= 2;
    }

    /// Ends the text, and notes in it what was seen.
    pub fn finish(mut self, text: &mut Text) {
        if self.class == Sort::Letter {
            self.close_word();
        }
        text.disguised = self.seen;
        text.dotted = self.dotted;
        text.at_sign = self.at_sign;
        text.spaced = self.spaced;
        text.digits = self.all_digits;
        text.most_digits = self.most_digits;
    }
}

fn is_east_asian(c: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ac00}'..='\u{d7a3}').contains(&c)
}
