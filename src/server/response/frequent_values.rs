//! Header values that many policies have. These values are static, so they do not need a reference count. Cloning and
//! dropping a value with a reference count takes about a tenth of the time of a whole preflight.

use alloc::string::String;

use http::HeaderValue;

/// Frequent values of Access-Control-Allow-Methods, -Allow-Headers, -Expose-Headers and -Max-Age, sorted.
const FREQUENT_VALUES: [&str; 33] = [
    "0",
    "300",
    "3600",
    "5",
    "60",
    "600",
    "7200",
    "86400",
    "DELETE",
    "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
    "DELETE,GET,HEAD,PATCH,POST,PUT",
    "DELETE,GET,OPTIONS,PATCH,POST,PUT",
    "DELETE,GET,OPTIONS,POST,PUT",
    "DELETE,GET,PATCH,POST,PUT",
    "DELETE,GET,POST,PUT",
    "DELETE,PATCH",
    "DELETE,PATCH,PUT",
    "DELETE,PUT",
    "GET",
    "GET,OPTIONS,POST",
    "GET,POST",
    "PATCH",
    "PATCH,PUT",
    "PUT",
    "authorization",
    "authorization,content-type",
    "authorization,content-type,x-requested-with",
    "content-disposition",
    "content-type",
    "content-type,x-csrf-token",
    "content-type,x-requested-with",
    "etag",
    "x-request-id",
];

/// Returns `text` as a header value. Returns `None` if the text is not a valid header value.
pub(super) fn header_value(text: String) -> Option<HeaderValue> {
    match FREQUENT_VALUES.binary_search(&text.as_str()) {
        Ok(found) => FREQUENT_VALUES
            .get(found)
            .map(|frequent| HeaderValue::from_static(frequent)),
        Err(_) => HeaderValue::try_from(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::ToOwned;

    use super::*;

    #[test]
    fn frequent_values_are_sorted_and_unchanged() {
        assert!(FREQUENT_VALUES.is_sorted());
        for frequent in FREQUENT_VALUES.into_iter().chain(["1", "ETag", "zzz"]) {
            assert_eq!(header_value(frequent.to_owned()).unwrap(), frequent);
        }
        assert!(header_value("\n".to_owned()).is_none());
    }
}
