//! Guide pages: tasks step by step, with examples that run as tests.
//!
//! | You want to … | Page |
//! |---|---|
//! | understand CORS | [CORS in ten minutes](cors_in_ten_minutes) |
//! | replace tower-http's `CorsLayer` | [Coming from tower-http](coming_from_tower_http) |
//! | replace actix-cors | [Coming from actix-cors](coming_from_actix_cors) |
//! | use a policy with hyper, AWS Lambda, poem, Rocket, salvo or warp | [Adapters](adapters) |
//! | use a policy without tower | [Without tower](without_tower) |
//! | configure origins in files or the environment | [Configuration](configuration) |
//! | allow cookies | [Credentials](credentials) |
//! | have one policy per tenant, or change a policy while the server runs | [Tenants and reloading](tenants_and_reloading) |
//! | find out why requests are denied | [Logging denials](logging_denials) |
//! | know why a fetch is blocked | [Explaining errors](explaining_errors) |
//! | look up a technical word | [Glossary](glossary) |
//! | refuse requests from other sites | [Refusing requests](refusing_requests) |
//! | test a server or middleware | [Testing your middleware](testing_your_middleware) |
//! | find the option of a CORS library that fixes a finding | [Library options](library_options) |
//! | get a browser's verdict in Python or Node | [Python](oracle_from_python), [Node](oracle_from_node) |
//!
//! The module is part of the documentation only. Programs cannot name it.

// The folder has one Markdown file per page.

#[doc = include_str!("adapters.md")]
pub mod adapters {}

#[doc = include_str!("coming_from_actix_cors.md")]
pub mod coming_from_actix_cors {}

#[doc = include_str!("coming_from_tower_http.md")]
pub mod coming_from_tower_http {}

#[doc = include_str!("configuration.md")]
pub mod configuration {}

#[doc = include_str!("cors_in_ten_minutes.md")]
pub mod cors_in_ten_minutes {}

#[doc = include_str!("credentials.md")]
pub mod credentials {}

#[doc = include_str!("explaining_errors.md")]
pub mod explaining_errors {}

#[doc = include_str!("glossary.md")]
pub mod glossary {}

#[doc = include_str!("library_options.md")]
pub mod library_options {}

#[doc = include_str!("logging_denials.md")]
pub mod logging_denials {}

#[doc = include_str!("oracle_from_node.md")]
pub mod oracle_from_node {}

#[doc = include_str!("oracle_from_python.md")]
pub mod oracle_from_python {}

#[doc = include_str!("refusing_requests.md")]
pub mod refusing_requests {}

#[doc = include_str!("tenants_and_reloading.md")]
pub mod tenants_and_reloading {}

#[doc = include_str!("testing_your_middleware.md")]
#[doc = "\n# The script `send.py`\n\n```python"]
#[doc = include_str!("send.py")]
#[doc = "```"]
pub mod testing_your_middleware {}

#[doc = include_str!("without_tower.md")]
pub mod without_tower {}
