// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// store holds records by id. An id that was in use once is never given out again.
type store[T any] struct {
	records map[string]T // changed by put and remove
	used    map[string]bool
	last    int
	ordered []T // by id; nil after a change
}

func newStore[T any]() store[T] {
	return store[T]{records: make(map[string]T), used: make(map[string]bool)}
}

// claim takes an id for a new record: the next free number if id is empty. It panics if the id is taken.
func (s *store[T]) claim(kind, id string) string {
	if _, taken := s.records[id]; taken {
		panic(fmt.Sprintf("simulator: the %s %q is there already", kind, id))
	}
	for id == "" {
		s.last++
		if next := strconv.Itoa(s.last); !s.used[next] {
			id = next
		}
	}
	s.used[id] = true
	return id
}

// mustGet returns the record with the given id, or panics.
func (s *store[T]) mustGet(kind, id string) T {
	record, ok := s.records[id]
	if !ok {
		panic(fmt.Sprintf("simulator: there is no %s %q", kind, id))
	}
	return record
}

// put adds a record, or replaces it.
func (s *store[T]) put(id string, record T) {
	s.records[id] = record
	s.ordered = nil
}

// remove deletes a record, if it is there.
func (s *store[T]) remove(id string) {
	delete(s.records, id)
	s.ordered = nil
}

// all returns the records ordered by id. The caller must not change the slice.
func (s *store[T]) all() []T {
	if s.ordered == nil {
		s.ordered = make([]T, 0, len(s.records))
		for _, id := range slices.SortedFunc(maps.Keys(s.records), compareIDs) {
			s.ordered = append(s.ordered, s.records[id])
		}
	}
	return s.ordered
}

// compareIDs orders numbers by value and before anything else.
func compareIDs(a, b string) int {
	m, errA := strconv.Atoi(a)
	n, errB := strconv.Atoi(b)
	switch {
	case errA == nil && errB == nil && m != n:
		return cmp.Compare(m, n)
	case errA == nil && errB != nil:
		return -1
	case errA != nil && errB == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
