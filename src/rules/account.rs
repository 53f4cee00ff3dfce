//! Accounts, cards and wallets as a pack describes them: a shape, and the check that
//! proves a number.

use serde::{Deserialize, Serialize};
use sha3::{Digest, Keccak256};

/// The shape of an account as the pack gives it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccountScheme {
    pub id: String,
    pub kind: AccountKind,
    pub pattern: String,
    pub check: Check,
    /// The shape alone is no proof: a bank word must stand near.
    pub needs_company: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// A proof that a number is what its shape suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    Nrb,
    Ton,
}

const CHECKS: [(&str, Check); 17] = [
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
    ("nrb", Check::Nrb),
    ("ton", Check::Ton),
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
            Self::Iban => iban(&compact.to_ascii_uppercase()),
            Self::Luhn => luhn(&digits),
            Self::Clabe => digits.len() == 18 && clabe(&digits),
            Self::Cbu => digits.len() == 22 && cbu(&digits),
            Self::Aba => {
                digits.len() >= 9
                    && weighted(&digits[..9], &[3, 7, 1]).is_multiple_of(10)
                    && digits.iter().any(|&d| d != 0)
            }
            Self::Cpf => digits.len() == 11 && !all_same(&digits) && cpf(&digits),
            Self::Cnpj => {
                // Since 2026 with letters, each worth what it stands behind the digit zero.
                let values: Vec<u32> = compact.bytes().map(|b| u32::from(b.to_ascii_uppercase() - b'0')).collect();
                let numbered = compact.get(12..).is_some_and(|check| check.bytes().all(|b| b.is_ascii_digit()));
                compact.len() == 14 && numbered && !all_same(&values) && cnpj(&values)
            }
            Self::Bitcoin => base58check(number.trim(), &[0x00, 0x05, 0x1e, 0x30, 0x32]),
            Self::Tron => base58check(number.trim(), &[0x41]),
            Self::Bech32 => bech32::segwit::decode(number.trim()).is_ok() || bech32::decode(number.trim()).is_ok(),
            Self::Ethereum => ethereum(number.trim()),
            Self::Solana => bs58::decode(number.trim()).into_vec().is_ok_and(|bytes| bytes.len() == 32),
            Self::Monero => matches!(compact.len(), 95 | 106) && monero(&compact),
            Self::Nrb => compact.len() == 26 && iban(&format!("PL{compact}")),
            Self::Ton => ton(number.trim()),
            Self::Upi => number.split_once('@').is_some_and(|(name, bank)| {
                name.len() >= 2 && bank.len() >= 2 && bank.bytes().all(|b| b.is_ascii_alphabetic())
            }),
        }
    }
}

/// Countries that use IBANs and that the registry's table does not list, with their lengths.
const UNLISTED: [(&str, usize); 19] = [
    ("AO", 25),
    ("BF", 28),
    ("BJ", 28),
    ("CG", 27),
    ("CI", 28),
    ("CM", 27),
    ("CV", 25),
    ("DZ", 26),
    ("GA", 27),
    ("HN", 28),
    ("IR", 26),
    ("MA", 28),
    ("MG", 27),
    ("ML", 28),
    ("MZ", 25),
    ("NE", 28),
    ("PK", 24),
    ("SN", 28),
    ("TG", 28),
];

fn iban(compact: &str) -> bool {
    match compact.parse::<iban::Iban>() {
        Ok(_) => true,
        Err(iban::ParseIbanError::UnknownCountry(_)) => {
            UNLISTED.iter().any(|&(country, len)| compact.starts_with(country) && compact.len() == len)
        }
        Err(_) => false,
    }
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

/// Monero: base 58 in blocks of eight bytes, the last four bytes the hash of the rest.
fn monero(address: &str) -> bool {
    let mut bytes = Vec::with_capacity(80);
    for block in address.as_bytes().chunks(11) {
        let Some(size) = BLOCKS.iter().position(|&len| len == block.len()) else { return false };
        let Ok(decoded) = bs58::decode(block).into_vec() else { return false };
        let value = decoded.iter().fold(0_u128, |value, &byte| value << 8 | u128::from(byte));
        if value >> (8 * size) != 0 {
            return false;
        }
        bytes.extend_from_slice(&value.to_be_bytes()[16 - size..]);
    }
    let Some((body, check)) = bytes.split_last_chunk::<4>() else { return false };
    Keccak256::digest(body)[..4] == *check
}

/// How many letters of base 58 hold none, one, two … bytes.
const BLOCKS: [usize; 9] = [0, 2, 3, 5, 6, 7, 9, 10, 11];

/// TON: base 64 of tag, workchain, hash and their CRC-16/XMODEM.
fn ton(address: &str) -> bool {
    let sextet = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'-' | b'+' => Some(62),
        b'_' | b'/' => Some(63),
        _ => None,
    };
    let Some(sextets) = address.bytes().map(sextet).collect::<Option<Vec<u8>>>() else { return false };
    let bytes: Vec<u8> = sextets
        .chunks_exact(4)
        .flat_map(|four| {
            let word = four.iter().fold(0_u32, |word, &six| word << 6 | u32::from(six));
            let [_, high, middle, low] = word.to_be_bytes();
            [high, middle, low]
        })
        .collect();
    let crc = bytes.iter().fold(0_u16, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 })
    });
    // The checksum of a message and its own checksum is zero.
    sextets.len() == 48 && crc == 0
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

#[cfg(test)]
mod tests {
    use super::Check;

    /// Published check vectors: each is accepted, and no change of one character is.
    #[test]
    fn checks_accept_and_refuse() {
        for (check, vectors) in [
            // The examples of the IBAN registry (SWIFT).
            (
                Check::Iban,
                &[
                    "GB29NWBK60161331926819",
                    "DE89370400440532013000",
                    "FR1420041010050500013M02606",
                    "ES9121000418450200051332",
                    "IT60X0542811101000000123456",
                    "NL91ABNA0417164300",
                    "PL61109010140000071219812874",
                    "PT50000201231234567890154",
                    "TR330006100519786457841326",
                    "UA213223130000026007233566001",
                    "SA0380000000608010167519",
                    "AE070331234567890123456",
                    "IL620108000000099999999",
                    "EG380019000500000000263180002",
                    "BR1800360305000010009795493C1",
                    "CH9300762011623852957",
                    "AT611904300234573201",
                    "BE68539007547034",
                    "SE4550000000058398257466",
                    "NO9386011117947",
                    "KZ86125KZT5004100100",
                    "PK36SCBL0000001123456702",
                    "IR580540105180021273113007",
                ][..],
            ),
            // Test numbers of the card networks.
            (
                Check::Luhn,
                &["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "3530111333300000"],
            ),
            (Check::Clabe, &["032180000118359719", "002010077777777771"]),
            (Check::Cbu, &["2850590940090418135201"]),
            (Check::Aba, &["021000021", "011401533", "091000019"]),
            (Check::Cpf, &["52998224725", "11144477735"]),
            (Check::Cnpj, &["11222333000181", "11444777000161", "12ABC34501DE35"]),
            // The address of the first block, and that of BIP 16's examples.
            (Check::Bitcoin, &["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"]),
            // BIP 173 and BIP 350.
            (
                Check::Bech32,
                &[
                    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                ],
            ),
            (Check::Tron, &["TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"]),
            // The donation address of the Monero project.
            (
                Check::Monero,
                &[
                    "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
                    "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
                ],
            ),
            (Check::Nrb, &["61109010140000071219812874", "27114020040000300201355387"]),
            (Check::Ton, &["EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"]),
        ] {
            for good in vectors {
                assert!(check.passes(good), "{check:?} refuses {good}");
                for (bad, at) in changed(good) {
                    assert!(!check.passes(&bad), "{check:?} accepts {bad}, changed at {at}");
                }
            }
        }
    }

    /// EIP-55: upper and lower case are the checksum.
    #[test]
    fn the_case_of_an_ethereum_address_is_its_checksum() {
        for good in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert!(Check::Ethereum.passes(good), "{good}");
            for (at, b) in good.bytes().enumerate().skip(2).filter(|(_, b)| b.is_ascii_alphabetic()) {
                let other = if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() };
                let mut bad = good.as_bytes().to_vec();
                bad[at] = other;
                assert!(!Check::Ethereum.passes(&String::from_utf8(bad).unwrap()), "{good}, changed at {at}");
            }
        }
    }

    /// The same with one character changed for the next of its kind.
    fn changed(good: &str) -> impl Iterator<Item = (String, usize)> + '_ {
        good.char_indices().filter(|(_, c)| c.is_ascii_digit()).flat_map(move |(at, c)| {
            ('0'..='9').filter(move |&other| other != c).map(move |other| {
                let mut bad = good.to_owned();
                bad.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
                (bad, at)
            })
        })
    }
}
