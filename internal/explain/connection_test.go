// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
)

// alerting is a server that answers the first message of a TLS handshake with
// an alert.
func alerting(t *testing.T, alert uint8) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			header := make([]byte, 5)
			_, _ = io.ReadFull(conn, header)
			_, _ = io.CopyN(io.Discard, conn, int64(header[3])<<8|int64(header[4]))
			_, _ = conn.Write([]byte{21, 3, 3, 0, 2, 2, alert}) // fatal
			_ = conn.Close()
		}
	}()
	return "https://" + l.Addr().String()
}

// Each alert of TLS is final, and says what to do about it. Only those that are
// about a client certificate advise one.
func TestAlertsOfTLSAreExplained(t *testing.T) {
	t.Parallel()
	const brokeOff = "broke off the TLS handshake"
	want := map[uint8]string{
		40: "share no cipher", 71: "share no cipher",
		42: "does not accept the client certificate, or wants one", 43: "does not accept the client certificate, or wants one", 46: "does not accept the client certificate, or wants one",
		44: "was revoked", 45: "The client certificate has expired", 48: "does not trust the authority that issued the client certificate",
		49: "does not admit it", 70: "enable TLS 1.2 or 1.3", 86: "enable TLS 1.2 or 1.3",
		112: "does not serve this host name", 116: "wants a client certificate", 120: "neither HTTP/1.1 nor HTTP/2",
		10: brokeOff, 20: brokeOff, 21: brokeOff, 22: brokeOff, 30: brokeOff, 47: brokeOff, 50: brokeOff, 51: brokeOff, 60: brokeOff, 80: brokeOff,
		90: brokeOff, 100: brokeOff, 109: brokeOff, 110: brokeOff, 111: brokeOff, 113: brokeOff, 114: brokeOff, 115: brokeOff, 121: brokeOff, 222: brokeOff,
	}
	aboutCertificates := map[uint8]bool{40: true, 42: true, 43: true, 44: true, 45: true, 46: true, 48: true, 49: true, 71: true, 116: true}
	for alert, words := range want {
		said, remedy := explained(t, alerting(t, alert), nil)
		if !strings.Contains(said, "remote error: tls: ") || strings.Contains(said, "It was sent") || !strings.Contains(remedy, words) {
			t.Errorf("alert %d: want %q\n%s\n%s", alert, words, said, remedy)
		}
		if strings.Contains(remedy, "client certificate") != aboutCertificates[alert] {
			t.Errorf("alert %d: %s", alert, remedy)
		}
	}
}

func TestCertificateErrorsAreExplained(t *testing.T) {
	t.Parallel()
	named := &x509.Certificate{DNSNames: []string{"gw.example.com"}}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"unknown authority":   {x509.UnknownAuthorityError{Cert: named}, "set ca_cert_file or ca_cert_pem"},
		"no authorities":      {x509.SystemRootsError{Err: errors.New("none")}, "ca-certificates"},
		"another name":        {x509.HostnameError{Certificate: named, Host: "other"}, "is for another name"},
		"Common Name alone":   {x509.HostnameError{Certificate: &x509.Certificate{}, Host: "other"}, "Subject Alternative Name"},
		"expired":             {x509.CertificateInvalidError{Cert: named, Reason: x509.Expired}, "have it renewed, and check this machine's clock"},
		"not for servers":     {x509.CertificateInvalidError{Cert: named, Reason: x509.IncompatibleUsage}, "serverAuth"},
		"no authority":        {x509.CertificateInvalidError{Cert: named, Reason: x509.NotAuthorizedToSign}, "was not allowed to issue"},
		"not for this name":   {x509.CertificateInvalidError{Cert: named, Reason: x509.CANotAuthorizedForThisName}, "was not allowed to issue"},
		"not for this usage":  {x509.CertificateInvalidError{Cert: named, Reason: x509.CANotAuthorizedForExtKeyUsage}, "was not allowed to issue"},
		"too long a chain":    {x509.CertificateInvalidError{Cert: named, Reason: x509.TooManyIntermediates}, "was not allowed to issue"},
		"another issuer":      {x509.CertificateInvalidError{Cert: named, Reason: x509.NameMismatch}, "was not allowed to issue"},
		"no chain":            {x509.CertificateInvalidError{Cert: named, Reason: x509.NoValidChains}, "was not allowed to issue"},
		"unknown extension":   {x509.UnhandledCriticalExtension{}, "can't be verified for the reason above"},
		"insecure algorithm":  {x509.InsecureAlgorithmError(x509.SHA1WithRSA), "can't be verified for the reason above"},
		"constraint violated": {x509.ConstraintViolationError{}, "can't be verified for the reason above"},
	} {
		err := &tls.CertificateVerificationError{UnverifiedCertificates: []*x509.Certificate{named}, Err: test.err}
		if _, remedy := Failure(&domum.ConnectionError{Operation: "GET /", Err: err}); !strings.Contains(remedy, test.want) {
			t.Errorf("%s: want %q, got %q", name, test.want, remedy)
		}
	}
}

// What the proxy of the environment does is not blamed on the appliance.
func TestFailuresOfTheProxyAreExplained(t *testing.T) {
	for _, name := range []string{"https_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
	refusing := func(status int) string {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(proxy.Close)
		return strings.TrimPrefix(proxy.URL, "http://")
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what the test is about
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for name, test := range map[string]struct {
		scheme, address string
		said, remedy    string
		once            bool
		anonymous       bool // HTTPS_PROXY has no user name
	}{
		"no password":      {"http", refusing(407), "answered HTTP 407 Proxy Authentication Required", "The proxy wants a user name and a password", true, true},
		"wrong password":   {"http", refusing(407), "answered HTTP 407 Proxy Authentication Required", "The proxy refuses the user name and the password in HTTPS_PROXY", true, false},
		"not allowed":      {"http", refusing(403), "answered HTTP 403 Forbidden", "The proxy does not allow connections to the appliance", true, false},
		"can't connect":    {"http", refusing(503), "answered HTTP 503 Service Unavailable", "The proxy could not connect to the appliance", false, false},
		"is none":          {"http", refusing(404), "answered HTTP 404 Not Found", "The proxy could not connect to the appliance", true, false},
		"no TLS":           {"https", refusing(200), "does not look like a TLS handshake", "begin HTTPS_PROXY with http://", true, false},
		"not trusted":      {"https", strings.TrimPrefix(secure.URL, "https://"), "unknown authority", "The proxy's own certificate is not trusted", true, false},
		"can't be reached": {"http", simtest.ClosedPort(t), "refused", "The proxy can't be reached: check HTTPS_PROXY", false, false},
	} {
		user := "jane:hunter2@"
		if test.anonymous {
			user = ""
		}
		t.Setenv("HTTPS_PROXY", test.scheme+"://"+user+test.address)
		said, remedy := explained(t, "https://gw.example.test", nil)
		for _, words := range []string{"the proxy " + test.scheme + "://" + test.address + " ", test.said} {
			if !strings.Contains(said, words) {
				t.Errorf("%s: %q is missing in %s", name, words, said)
			}
		}
		if !strings.Contains(remedy, test.remedy) || strings.Contains(said, "It was sent") == test.once || strings.Contains(said+remedy, "hunter2") {
			t.Errorf("%s:\n%s\n%s", name, said, remedy)
		}
	}
}

func TestRefusedConnectionIsExplained(t *testing.T) {
	t.Parallel()
	for _, number := range []syscall.Errno{syscall.ECONNREFUSED, 10061 /* of Windows */} {
		err := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", number)}
		if _, remedy := Failure(&domum.ConnectionError{Operation: "GET /", Err: err}); !strings.Contains(remedy, "Nothing listens at this address") {
			t.Errorf("%d: %s", number, remedy)
		}
	}
}

func TestProxyThatCannotBeReadIsExplained(t *testing.T) {
	said, remedy := Failure(&domum.EnvironmentError{Variable: "HTTPS_PROXY", Problem: "can't be read"})
	if said != "The environment variable HTTPS_PROXY can't be read." || !strings.Contains(remedy, "Correct HTTPS_PROXY, or unset it") {
		t.Errorf("%s\n%s", said, remedy)
	}
}
