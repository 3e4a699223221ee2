//! The standard's section [Infrastructure](https://fetch.spec.whatwg.org/#infrastructure): the data
//! types and the small algorithms that fetching uses. Some of them come from other standards.
//!
//! ```
//! use fetch_cors::{browser::HeaderList, infrastructure::safelist};
//!
//! let headers = HeaderList::from_pairs([("Content-Type", "application/json")])?;
//! assert_eq!(safelist::cors_unsafe_request_header_names(&headers), ["content-type"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bytes;
pub mod forbidden;
pub mod header;
pub mod header_list;
pub mod header_values;
pub mod method;
pub mod mime;
pub mod origin;
pub(crate) mod plain_origin;
pub mod port;
pub mod range;
pub mod referrer_policy;
pub mod request;
pub mod response;
pub mod safelist;
pub mod site;
pub mod trustworthiness;
pub mod uri_reference;
pub mod url;
