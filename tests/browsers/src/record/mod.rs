//! Recording: cases that a page can run, and their outcomes in engines.

mod case_file;
pub mod command;
pub mod known;
pub mod location;
pub mod outcome;
pub mod pauses;
pub mod recordable;
pub mod run;
pub mod stable;
pub mod table;
pub mod vector;
pub mod waves;
