// toktally for Go: the part of toktally.h that counts and encodes.
//
//	CGO_LDFLAGS="-L/usr/local/lib -ltoktally" CGO_CFLAGS="-I/usr/local/include" go run toktally.go 'hello world'
//
// Written against the header and not compiled by the project's tests: no Go toolchain is there.
package main

/*
#include <stdlib.h>
#include <toktally/toktally.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"unsafe"
)

// Encoding is built in: nothing to free, for any number of goroutines.
type Encoding struct{ raw *C.toktally_encoding }

// ForModel finds the encoding of a model: "gpt-4o", "openai/gpt-4o-2024-08-06".
func ForModel(model string) (Encoding, error) {
	name := C.CString(model)
	defer C.free(unsafe.Pointer(name))
	var encoding Encoding
	var failure C.toktally_error
	status := C.toktally_encoding_for_model(name, C.size_t(len(model)), &encoding.raw, &failure)
	if status != C.TOKTALLY_OK {
		return Encoding{}, errors.New(C.GoString(&failure.message[0]))
	}
	return encoding, nil
}

func pointer(text string) *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.StringData(text)))
}

// Count says how many tokens a text has; names of special tokens are ordinary text.
func (e Encoding) Count(text string) uint64 {
	var tokens C.uint64_t
	C.toktally_count(e.raw, pointer(text), C.size_t(len(text)), nil, &tokens, nil)
	return uint64(tokens)
}

// Encode gives the ids of a text.
func (e Encoding) Encode(text string) []uint32 {
	ids := make([]uint32, C.toktally_most_tokens(C.size_t(len(text)))+1)
	var count C.size_t
	C.toktally_encode(e.raw, pointer(text), C.size_t(len(text)), nil,
		(*C.uint32_t)(unsafe.Pointer(&ids[0])), C.size_t(len(ids)), &count, nil)
	return ids[:count]
}

func main() {
	text := "hello world"
	if len(os.Args) > 1 {
		text = os.Args[1]
	}
	encoding, err := ForModel("gpt-4o")
	if err != nil {
		panic(err)
	}
	fmt.Println(encoding.Count(text), encoding.Encode(text))
}
