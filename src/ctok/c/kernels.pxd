from .composed cimport ctok_uncomposed_fn
from .cpu cimport ctok_backend
from .document cimport ctok_document_refused_fn, ctok_encode_brief_fn, ctok_encode_document_fn
from .encode cimport ctok_encode_chunk_fn
from .merge cimport ctok_merge_short_fn
from .pretokenize cimport ctok_family, ctok_pretokenize_fn
from .transcode cimport ctok_transcode_fn

cdef extern from "ctok/kernels.h" nogil:
    const size_t CTOK_KERNEL_COUNT

    ctypedef struct ctok_kernel:
        const ctok_family* family
        ctok_backend backend
        const char* backend_name
        ctok_pretokenize_fn pretokenize
        ctok_merge_short_fn merge_short
        ctok_encode_chunk_fn encode_chunk
        ctok_encode_document_fn encode_document
        ctok_encode_brief_fn encode_brief
        ctok_document_refused_fn document_refused
        ctok_transcode_fn transcode
        ctok_uncomposed_fn uncomposed

    const ctok_kernel* ctok_kernels
