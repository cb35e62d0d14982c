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
	records map[string]T
	used    map[string]bool
	last    int
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

// all returns the records ordered by id.
func (s *store[T]) all() []T {
	ids := slices.SortedFunc(maps.Keys(s.records), compareIDs)
	records := make([]T, len(ids))
	for i, id := range ids {
		records[i] = s.records[id]
	}
	return records
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
