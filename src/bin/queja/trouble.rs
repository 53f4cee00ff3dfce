//! What ends the tool early, and how it is told.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::visible;

/// What every subcommand comes to.
pub type Outcome = Result<ExitCode, Trouble>;

/// Nothing to report.
pub const CLEAR: ExitCode = ExitCode::SUCCESS;

/// At least one report suggested, or a gate missed.
pub fn reported() -> ExitCode {
    ExitCode::from(1)
}

/// Something could not be done; it was said already.
pub fn failed() -> ExitCode {
    ExitCode::from(2)
}

/// Why a subcommand ended early.
pub enum Trouble {
    /// Nobody reads any more: no error.
    ClosedPipe,
    /// Place, fault and cure.
    Said(String),
}

impl Trouble {
    pub fn new(message: impl fmt::Display) -> Self {
        Self::Said(message.to_string())
    }

    /// Says it on standard error and gives the exit status.
    pub fn tell(&self) -> ExitCode {
        match self {
            Self::ClosedPipe => CLEAR,
            Self::Said(message) => {
                tell(message);
                failed()
            }
        }
    }
}

/// Only output is written with `?`; inputs say their own place.
impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        Self::Said(format!("standard output: it can't be written: {error}; check the disk that it goes to"))
    }
}

/// A line on standard error, safe for a terminal.
pub fn tell(message: impl fmt::Display) {
    use io::Write as _;
    // Nobody to tell is no reason to stop.
    let _ = writeln!(io::stderr(), "queja: {}", visible::block(message.to_string().trim_end()));
}
