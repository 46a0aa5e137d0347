//! JSON between Python objects and bytes, for the messages that programs send each other all day.
//!
//! What is unusual (numbers of many digits, half surrogate pairs, deep nesting, other types) is
//! left to Python's own `json`, which then decides: `None` here never means that a message is
//! wrong.

use std::fmt;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// How deep lists and objects may be nested here.
const DEEPEST: usize = 64;

/// Writes `value` behind what `into` holds. Whether it could: what was written then is no JSON.
pub fn write(value: &Bound<'_, PyAny>, into: &mut Vec<u8>) -> bool {
    write_at(value, into, 0).is_some()
}

fn write_at(value: &Bound<'_, PyAny>, into: &mut Vec<u8>, depth: usize) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    if let Ok(text) = value.cast_exact::<PyString>() {
        return serde_json::to_writer(into, text.to_str().ok()?).ok();
    }
    if value.is_none() {
        into.extend_from_slice(b"null");
    } else if let Ok(flag) = value.cast_exact::<PyBool>() {
        into.extend_from_slice(if flag.is_true() { b"true" } else { b"false" });
    } else if let Ok(number) = value.cast_exact::<PyInt>() {
        return serde_json::to_writer(into, &number.extract::<i64>().ok()?).ok();
    } else if let Ok(number) = value.cast_exact::<PyFloat>() {
        let number = Some(number.value()).filter(|number| number.is_finite())?;
        return serde_json::to_writer(into, &number).ok();
    } else if let Ok(object) = value.cast_exact::<PyDict>() {
        into.push(b'{');
        for (index, (key, value)) in object.iter().enumerate() {
            if index > 0 {
                into.push(b',');
            }
            let key = key.cast_exact::<PyString>().ok()?;
            serde_json::to_writer(&mut *into, key.to_str().ok()?).ok()?;
            into.push(b':');
            write_at(&value, into, depth + 1)?;
        }
        into.push(b'}');
    } else if let Ok(list) = value.cast_exact::<PyList>() {
        write_all(list.iter(), into, depth)?;
    } else {
        write_all(value.cast_exact::<PyTuple>().ok()?.iter(), into, depth)?;
    }
    Some(())
}

fn write_all<'py>(
    values: impl Iterator<Item = Bound<'py, PyAny>>,
    into: &mut Vec<u8>,
    depth: usize,
) -> Option<()> {
    into.push(b'[');
    for (index, value) in values.enumerate() {
        if index > 0 {
            into.push(b',');
        }
        write_at(&value, into, depth + 1)?;
    }
    into.push(b']');
    Some(())
}

/// The object that a line of JSON stands for.
pub fn read<'py>(py: Python<'py>, line: &[u8]) -> Option<Bound<'py, PyAny>> {
    let mut from = serde_json::Deserializer::from_slice(line);
    let value = Maker { py, depth: 0 }.deserialize(&mut from).ok()?;
    from.end().ok()?;
    Some(value)
}

/// Makes Python objects of what the parser finds.
#[derive(Clone, Copy)]
struct Maker<'py> {
    py: Python<'py>,
    depth: usize,
}

impl<'py> Maker<'py> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.depth < DEEPEST {
            true => Ok(Self { depth: self.depth + 1, ..self }),
            false => Err(E::custom("nested deeply")),
        }
    }
}

impl<'de, 'py> DeserializeSeed<'de> for Maker<'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, 'py> Visitor<'de> for Maker<'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(PyBool::new(self.py, flag).to_owned().into_any())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        number.into_pyobject(self.py).map(Bound::into_any).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        number.into_pyobject(self.py).map(Bound::into_any).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // A whole number here may have been written with more digits than a float holds, or as -0.
        match number.fract() == 0.0 && (number == 0.0 || number.abs() >= 9e15) {
            true => Err(E::custom("a number that Python reads exactly")),
            false => Ok(PyFloat::new(self.py, number).into_any()),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(PyString::new(self.py, text).into_any())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let inner = self.deeper()?;
        let list = PyList::empty(self.py);
        while let Some(value) = from.next_element_seed(inner)? {
            list.append(value).map_err(A::Error::custom)?;
        }
        Ok(list.into_any())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let inner = self.deeper()?;
        let object = PyDict::new(self.py);
        while let Some(key) = from.next_key_seed(inner)? {
            let value = from.next_value_seed(inner)?;
            object.set_item(key, value).map_err(A::Error::custom)?;
        }
        Ok(object.into_any())
    }
}
