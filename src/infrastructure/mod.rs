//! The standard's section [Infrastructure](https://fetch.spec.whatwg.org/#infrastructure): the data types and the small
//! algorithms that fetching uses. Some of these algorithms are from standards other than Fetch.
//!
//! Without the feature `browser`, this module contains only the parts that the server's side needs.
//!
//! ```
//! use fetch_cors::{browser::HeaderList, infrastructure::safelist};
//!
//! let headers = HeaderList::from_pairs([("Content-Type", "application/json")])?;
//! assert_eq!(safelist::cors_unsafe_request_header_names(&headers), ["content-type"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod always_exposed;
#[cfg(feature = "browser")]
pub(crate) mod author_charset;
pub mod bytes;
pub mod credentials_mode;
pub(crate) mod escaped;
pub mod forbidden;
pub mod get_decode_and_split;
#[cfg(feature = "browser")]
pub mod header;
#[cfg(feature = "browser")]
pub mod header_list;
#[cfg(feature = "browser")]
pub mod header_values;
pub mod method;
#[cfg(feature = "browser")]
pub mod mime;
#[cfg(feature = "browser")]
pub(crate) mod mime_type_record;
#[cfg(feature = "browser")]
pub mod origin;
pub mod origin_header;
pub mod port;
pub mod public_suffixes;
#[cfg(feature = "browser")]
pub mod range;
#[cfg(feature = "browser")]
pub mod referrer_policy;
#[cfg(feature = "browser")]
pub mod request;
#[cfg(feature = "browser")]
pub mod response;
#[cfg(feature = "browser")]
pub mod safelist;
pub(crate) mod serialized_origin;
#[cfg(feature = "browser")]
pub(crate) mod shell_word;
#[cfg(feature = "browser")]
mod short_bytes;
#[cfg(feature = "browser")]
pub mod site;
pub(crate) mod this_machine;
#[cfg(feature = "browser")]
pub mod trustworthiness;
#[cfg(feature = "browser")]
pub mod uri_reference;
#[cfg(feature = "browser")]
pub mod url;
