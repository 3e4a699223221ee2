//! A type for bytes that are usually short. Most header values fit into this type without an allocation.

use alloc::{boxed::Box, vec::Vec};
use core::{
    cmp::Ordering,
    hash::{Hash, Hasher},
};

/// The maximum number of bytes that are stored inline. With this number, the type has the same size as a `Vec`.
const MAX_INLINE_BYTES: usize = 22;

#[derive(Clone)]
pub(super) enum ShortBytes {
    Static(&'static [u8]),
    Inline(u8, [u8; MAX_INLINE_BYTES]),
    Allocated(Box<[u8]>),
}

impl ShortBytes {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Inline(length, bytes) => bytes.get(..usize::from(*length)).unwrap_or(bytes),
            Self::Allocated(bytes) => bytes,
        }
    }

    pub(super) fn into_vec(self) -> Vec<u8> {
        match self {
            Self::Allocated(bytes) => bytes.into_vec(),
            short => short.as_slice().to_vec(),
        }
    }

    fn inline(bytes: &[u8]) -> Option<Self> {
        let mut inline = [0; MAX_INLINE_BYTES];
        inline.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self::Inline(u8::try_from(bytes.len()).ok()?, inline))
    }
}

impl From<&[u8]> for ShortBytes {
    fn from(bytes: &[u8]) -> Self {
        Self::inline(bytes).unwrap_or_else(|| Self::Allocated(bytes.into()))
    }
}

impl From<Vec<u8>> for ShortBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::inline(&bytes).unwrap_or_else(|| Self::Allocated(bytes.into()))
    }
}

impl PartialEq for ShortBytes {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for ShortBytes {}

impl PartialOrd for ShortBytes {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ShortBytes {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

impl Hash for ShortBytes {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_and_allocated_bytes_are_equal() {
        const BYTES: &[u8; MAX_INLINE_BYTES + 2] = b"abcdefghijklmnopqrstuvwx";
        for length in 0..=BYTES.len() {
            let bytes = &BYTES[..length];
            let stored = [
                ShortBytes::Static(bytes),
                ShortBytes::from(bytes),
                ShortBytes::from(bytes.to_vec()),
                ShortBytes::Allocated(bytes.into()),
            ];
            for form in &stored {
                assert_eq!(form.as_slice(), bytes);
                assert_eq!(form.clone().into_vec(), bytes);
                for other in &stored {
                    assert!(form == other && form.cmp(other) == Ordering::Equal);
                }
                assert!(*form != ShortBytes::from(b"abc~".as_slice()));
            }
            let is_inline = matches!(ShortBytes::from(bytes), ShortBytes::Inline(..));
            assert_eq!(is_inline, length <= MAX_INLINE_BYTES);
        }
        assert_eq!(size_of::<ShortBytes>(), size_of::<Vec<u8>>());
    }
}
