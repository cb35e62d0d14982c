// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import "net/http"

// serveControl answers the control endpoint: POST /_simulator/faults adds a fault in the form of [ReadFault], DELETE
// removes all.
func (s *Simulator) serveControl(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != controlPath+"faults" {
		http.NotFound(w, r)
		return
	}
	switch r.Method {
	case http.MethodPost:
		f, err := ReadFault(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.AddFault(f)
	case http.MethodDelete:
		s.ClearFaults()
	default:
		w.Header().Set("Allow", "DELETE, POST")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
