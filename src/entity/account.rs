//! Accounts, cards and wallets: shapes from the pack, proofs from here.

use sha3::{Digest, Keccak256};

use super::{Cue, CueKind, EntityKind, Extractor, Found, MOST, cue_after, cue_before, is_taken, undone_in};
use crate::text::Text;

/// The fewest digits of a number that proves itself.
const FEWEST_PROOF: usize = 11;
/// How far a bank word may stand from an account number, in bytes.
const COMPANY: usize = 48;

/// The shape of an account as the pack gives it.
#[derive(Clone, Debug)]
pub(crate) struct AccountScheme {
    pub id: String,
    pub kind: AccountKind,
    pub pattern: String,
    pub check: Check,
    /// The shape alone is no proof: a bank word must stand near.
    pub needs_company: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    Bank,
    Wallet,
    Card,
    PaymentId,
}

impl AccountKind {
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bank" => Self::Bank,
            "wallet" => Self::Wallet,
            "card" => Self::Card,
            "payment_id" => Self::PaymentId,
            _ => return None,
        })
    }

    fn entity(self) -> EntityKind {
        match self {
            Self::Bank => EntityKind::BankAccount,
            Self::Wallet => EntityKind::Wallet,
            Self::Card => EntityKind::Card,
            Self::PaymentId => EntityKind::PaymentId,
        }
    }
}

/// A proof that a number is what its shape suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    None,
    Iban,
    Luhn,
    Clabe,
    Cbu,
    Aba,
    Cpf,
    Cnpj,
    Bitcoin,
    Bech32,
    Ethereum,
    Tron,
    Solana,
    Monero,
    Upi,
}

const CHECKS: [(&str, Check); 15] = [
    ("none", Check::None),
    ("iban", Check::Iban),
    ("luhn", Check::Luhn),
    ("clabe", Check::Clabe),
    ("cbu", Check::Cbu),
    ("aba", Check::Aba),
    ("cpf", Check::Cpf),
    ("cnpj", Check::Cnpj),
    ("bitcoin", Check::Bitcoin),
    ("bech32", Check::Bech32),
    ("ethereum", Check::Ethereum),
    ("tron", Check::Tron),
    ("solana", Check::Solana),
    ("monero", Check::Monero),
    ("upi", Check::Upi),
];

impl Check {
    pub fn from_name(name: &str) -> Option<Self> {
        CHECKS.iter().find(|(known, _)| *known == name).map(|&(_, check)| check)
    }

    pub fn names() -> Vec<&'static str> {
        CHECKS.iter().map(|&(name, _)| name).collect()
    }

    /// Whether the number proves itself; separators are ignored.
    pub fn passes(self, number: &str) -> bool {
        let compact: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
        let digits: Vec<u32> = compact.chars().filter_map(|c| c.to_digit(10)).collect();
        match self {
            Self::None => true,
            Self::Iban => compact.to_ascii_uppercase().parse::<iban::Iban>().is_ok(),
            Self::Luhn => luhn(&digits),
            Self::Clabe => digits.len() == 18 && clabe(&digits),
            Self::Cbu => digits.len() == 22 && cbu(&digits),
            Self::Aba => {
                digits.len() >= 9
                    && weighted(&digits[..9], &[3, 7, 1]).is_multiple_of(10)
                    && digits.iter().any(|&d| d != 0)
            }
            Self::Cpf => digits.len() == 11 && !all_same(&digits) && cpf(&digits),
            Self::Cnpj => digits.len() == 14 && !all_same(&digits) && cnpj(&digits),
            Self::Bitcoin => base58check(number.trim(), &[0x00, 0x05, 0x1e, 0x30, 0x32]),
            Self::Tron => base58check(number.trim(), &[0x41]),
            Self::Bech32 => bech32::segwit::decode(number.trim()).is_ok() || bech32::decode(number.trim()).is_ok(),
            Self::Ethereum => ethereum(number.trim()),
            Self::Solana => bs58::decode(number.trim()).into_vec().is_ok_and(|bytes| bytes.len() == 32),
            // Monero's base 58 works in blocks of eight bytes; the public key's
            // checksum is not verified here, the alphabet and length are.
            Self::Monero => matches!(compact.len(), 95 | 106) && !compact.contains(['0', 'O', 'I', 'l']),
            Self::Upi => number.split_once('@').is_some_and(|(name, bank)| {
                name.len() >= 2 && bank.len() >= 2 && bank.bytes().all(|b| b.is_ascii_alphabetic())
            }),
        }
    }
}

/// The part that is an IBAN of its country's length; words may follow it unspaced.
pub(super) fn iban_prefix(written: &str) -> &str {
    let ends = written.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    let mut prefixes = ends.map(|end| &written[..end]).take_while(|prefix| prefix.len() >= 15);
    prefixes
        .find(|prefix| prefix.ends_with(|c: char| c.is_ascii_alphanumeric()) && Check::Iban.passes(prefix))
        .unwrap_or(written)
}

/// ISO/IEC 7812-1 annex B.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &d)| if i % 2 == 1 { if d > 4 { 2 * d - 9 } else { 2 * d } } else { d })
        .sum();
    digits.len() >= 12 && !all_same(digits) && sum.is_multiple_of(10)
}

fn all_same(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights.iter().cycle()).map(|(d, w)| d * w).sum()
}

/// Mexico: each product by 3, 7, 1 modulo 10, summed; the last digit completes the ten.
fn clabe(digits: &[u32]) -> bool {
    let sum: u32 = digits[..17].iter().zip([3, 7, 1].iter().cycle()).map(|(d, w)| d * w % 10).sum();
    (10 - sum % 10) % 10 == digits[17]
}

/// Argentina: a block of bank and branch and a block of the account, each with its digit.
fn cbu(digits: &[u32]) -> bool {
    let block = |part: &[u32], weights: &[u32]| {
        let (check, body) = (part[part.len() - 1], &part[..part.len() - 1]);
        (10 - weighted(body, weights) % 10) % 10 == check
    };
    block(&digits[..8], &[7, 1, 3, 9, 7, 1, 3]) && block(&digits[8..], &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3])
}

fn modulo_11(body: &[u32], weights: impl Iterator<Item = u32>) -> u32 {
    let rest = body.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11;
    if rest < 2 { 0 } else { 11 - rest }
}

/// Brazil, persons.
fn cpf(digits: &[u32]) -> bool {
    modulo_11(&digits[..9], (2..=10).rev()) == digits[9] && modulo_11(&digits[..10], (2..=11).rev()) == digits[10]
}

/// Brazil, companies.
fn cnpj(digits: &[u32]) -> bool {
    let first = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let second = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    modulo_11(&digits[..12], first.into_iter()) == digits[12]
        && modulo_11(&digits[..13], second.into_iter()) == digits[13]
}

fn base58check(address: &str, versions: &[u8]) -> bool {
    bs58::decode(address)
        .with_check(None)
        .into_vec()
        .is_ok_and(|bytes| bytes.len() == 21 && versions.contains(&bytes[0]))
}

/// EIP-55: the case of the letters is a checksum; all one case carries none.
fn ethereum(address: &str) -> bool {
    let Some(hex) = address.strip_prefix("0x").filter(|hex| hex.len() == 40 && hex.is_ascii()) else { return false };
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let (lower, upper) = (hex.to_ascii_lowercase(), hex.to_ascii_uppercase());
    if hex == lower || hex == upper {
        return true;
    }
    let hash = Keccak256::digest(lower.as_bytes());
    hex.bytes().enumerate().all(|(i, b)| {
        let nibble = if i % 2 == 0 { hash[i / 2] >> 4 } else { hash[i / 2] & 15 };
        !b.is_ascii_alphabetic() || b.is_ascii_uppercase() == (nibble > 7)
    })
}

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
            if scheme.needs_company && !company || !scheme.needs_company && !proof {
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
    let written = &text.plain.as_str()[plain_range.clone()];
    let number = if scheme.check == Check::Iban { iban_prefix(written) } else { written };
    let plain_range = plain_range.start..plain_range.start + number.len();
    let range = text.plain.original(plain_range);
    if is_taken(found, &range) {
        return;
    }
    let valid = scheme.check.passes(number);
    let bank = |kind| matches!(kind, CueKind::Account | CueKind::Rail { sure: true });
    let before = cue_before(cues, range.start, COMPANY, bank);
    let company = before.is_some() || cue_after(cues, range.end, COMPANY / 2, bank).is_some();
    if scheme.needs_company && !company {
        return;
    }
    // A label nearer than the bank word makes the number an order, not an account.
    let label = cue_before(cues, range.start, COMPANY, |kind| kind == CueKind::NumberLabel);
    if scheme.needs_company
        && let Some(label) = label
        && before.is_none_or(|before| label.range.end > before.range.end)
    {
        return;
    }
    // A number that fails the proof of this shape may still be of a looser one.
    if !valid {
        return;
    }
    let value = match scheme.kind {
        AccountKind::Wallet | AccountKind::PaymentId => number.trim().to_owned(),
        _ => number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase(),
    };
    found.push(Found {
        kind: scheme.kind.entity(),
        disguise: undone_in(text, &range),
        range,
        value,
        valid: valid && scheme.check != Check::None,
        sure: valid && scheme.check != Check::None,
        host: None,
    });
}

#[cfg(test)]
mod tests {
    use super::Check;

    /// Published check vectors, and the same with one digit changed.
    #[test]
    fn checks_accept_and_refuse() {
        for (check, good, bad) in [
            (Check::Iban, "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
            (Check::Iban, "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
            (Check::Luhn, "4111 1111 1111 1111", "4111 1111 1111 1112"),
            (Check::Clabe, "032180000118359719", "032180000118359718"),
            (Check::Cbu, "2850590940090418135201", "2850590940090418135202"),
            (Check::Aba, "021000021", "021000022"),
            (Check::Cpf, "529.982.247-25", "529.982.247-26"),
            (Check::Cnpj, "11.222.333/0001-81", "11.222.333/0001-82"),
            (Check::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
            (Check::Bech32, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
            (
                Check::Ethereum,
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
            ),
            (Check::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"),
        ] {
            assert!(check.passes(good), "{check:?} refuses {good}");
            assert!(!check.passes(bad), "{check:?} accepts {bad}");
        }
    }
}
