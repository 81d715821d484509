from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from "ctok/joints.h" nogil:
    const size_t CTOK_ASCII_JOINTS
    const size_t CTOK_JOINT_WORDS

    ctypedef struct ctok_joints:
        const uint8_t* ascii
        const uint64_t* set
        int space_starts

    void ctok_joints_add(const ctok_joints* joints, uint8_t* ascii, uint64_t* set,
                         uint32_t left, uint32_t right)
    size_t ctok_cut_at_joints(const ctok_joints* joints, const uint8_t* text, size_t n,
                              size_t* at, size_t* ends, size_t room)
